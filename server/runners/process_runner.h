// Workers as detached processes of this machine: they outlive the connection that submitted them. The record names
// the process.
#pragma once

#include <utility>

#include "server/jobs/job_runner.h"
#include "server/runners/worker_command.h"

namespace ctgan::server::runners {

class ProcessRunner final : public jobs::JobRunner {
 public:
  explicit ProcessRunner(WorkerCommand worker) : worker_(std::move(worker)) {}

  std::string name() const override { return "process"; }
  jobs::Json prepare(const std::string& job, int start) const override;
  void start(const std::string& job, jobs::Json& record) override;
  jobs::Sight look(const std::string& job, const jobs::Json& record) override;
  void stop(const std::string& job, const jobs::Json& record) override;
  bool is_quick() const override { return true; }

 private:
  WorkerCommand worker_;
};

}  // namespace ctgan::server::runners
