// A real process that claims a job and then does what the test says, until it is killed.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <stdexcept>

#include "server/jobs/claim.h"

namespace ctgan::tests {

class WorkerProcess {
 public:
  // Returns once the child has claimed the job and done `deeds`. Call it before the test has threads.
  explicit WorkerProcess(const server::jobs::JobFolder& folder, const std::function<void()>& deeds = {}) {
    std::array<int, 2> ready{};
    if (pipe(ready.data()) != 0) throw std::runtime_error("no pipe");
    pid_ = fork();
    if (pid_ == 0) live(folder, deeds, ready[1]);
    close(ready[1]);
    char byte = 0;
    const ssize_t got = read(ready[0], &byte, 1);
    close(ready[0]);
    if (got != 1) throw std::runtime_error("the worker did not claim the job");
  }
  ~WorkerProcess() { kill_hard(); }
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  // As the kernel does it when memory runs out.
  void kill_hard() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  [[noreturn]] static void live(const server::jobs::JobFolder& folder, const std::function<void()>& deeds,
                                int ready) {
    const auto claim = server::jobs::Claim::take(folder);
    if (claim && deeds) deeds();
    if (claim && write(ready, "x", 1) == 1) pause();
    _exit(1);
  }

  pid_t pid_ = -1;
};

}  // namespace ctgan::tests
