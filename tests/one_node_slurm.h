// A whole Slurm cluster of one node on this machine: munged, slurmctld and slurmd of its own, with their configuration,
// keys, ports and logs in one folder. Needs Debian's slurmctld, slurmd, slurm-client and munge; runs as root or as an
// ordinary user.
//
// What had to be found out (Slurm 22.05): cgroup/v1 is pinned because its set-up touches nothing; the wait before a
// requeued job may start again is munge's cred_expire, of which 5 s is the least; daemons listen on the loopback address
// only where the host's name is one; killing slurmd leaves its jobs running.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common/process/process_id.h"
#include "tests/run_program.h"

namespace ctgan::tests {

class OneNodeSlurm {
 public:
  // Why there can be none here; empty when there can.
  static std::string obstacle();

  // Below 60 characters, since sockets lie there. Returns once the node takes jobs. Throws std::runtime_error with the
  // daemons' last words.
  explicit OneNodeSlurm(std::filesystem::path folder);
  // Ends the daemons and whatever they have started.
  ~OneNodeSlurm();
  OneNodeSlurm(const OneNodeSlurm&) = delete;
  OneNodeSlurm& operator=(const OneNodeSlurm&) = delete;

  std::filesystem::path conf() const { return folder_ / "slurm.conf"; }
  // One of Slurm's client commands: {"scontrol", "requeue", "7"}.
  Outcome run(std::vector<std::string> argv) const;
  // Each is killed at once, or started again.
  void kill_slurmd();
  void start_slurmd();
  void kill_slurmctld();
  void start_slurmctld();
  // Whether the node takes jobs within half a minute.
  bool is_ready() const;

 private:
  void write_configuration();
  process::ProcessId start(const std::string& daemon, std::vector<std::string> arguments);
  std::string last_words() const;
  void sweep() const;

  std::filesystem::path folder_;
  process::ProcessId munged_, slurmctld_, slurmd_;
};

}  // namespace ctgan::tests
