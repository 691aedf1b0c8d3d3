// Workers as jobs of a Slurm cluster (22.05 and later), by its own commands: sbatch, squeue, sacct where accounting is
// kept, scancel. The nodes see the store and ctgan-server at the same places; no worker opens the database.
//
// What Slurm promises and what it does not, as measured on one node:
//  - sbatch's answer is not durable: a controller killed right after it may forget the job and give its number to
//    another. So a job is found by its name, which nobody else has.
//  - After a node was given up a job can run twice. The claim decides (claim.h): one works, the other leaves.
//  - A client waits for a dead controller for up to 49 s. So every command has a deadline here; a queue that cannot be
//    read is not asked again for half a minute, and its jobs count as waiting meanwhile.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/jobs/job_runner.h"
#include "server/runners/worker_command.h"
#include "server/settings/settings.h"

namespace ctgan::server::runners {

class SlurmRunner final : public jobs::JobRunner {
 public:
  SlurmRunner(settings::SlurmSettings settings, WorkerCommand worker)
      : settings_(std::move(settings)), worker_(std::move(worker)) {}

  std::string name() const override { return "slurm"; }
  jobs::Json prepare(const std::string& job, int start) const override;
  void start(const std::string& job, jobs::Json& record) override;
  jobs::Sight look(const std::string& job, const jobs::Json& record) override;
  void stop(const std::string& job, const jobs::Json& record) override;
  bool is_quick() const override { return false; }

 private:
  using Clock = std::chrono::steady_clock;
  // One line of squeue.
  struct Row {
    std::string name, state, reason;
  };

  std::vector<std::string> command(std::vector<std::string> argv) const;
  void read_queue();
  bool is_given_up() const;
  jobs::Sight look_at_past(const std::string& name) const;

  settings::SlurmSettings settings_;
  WorkerCommand worker_;
  // As it was read last, by this process; none: it could not be.
  std::optional<std::vector<Row>> queue_;
  std::optional<Clock::time_point> read_;
};

// Of Slurm's words for a job's state, "CANCELLED by 1000" included; unknown for others.
jobs::Whereabouts slurm_whereabouts(std::string_view state);

}  // namespace ctgan::server::runners
