// A child process with pipes on its standard streams: an argument list, never a shell string.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "common/files/file.h"
#include "common/process/process_id.h"

namespace ctgan::process {

// How a child ended: exactly one of the two is set.
struct ExitState {
  std::optional<int> code;
  std::optional<int> signal;
};

// Not safe to share between threads.
class ChildProcess {
 public:
  // Starts argv[0] (a path; PATH is not searched) with a fresh process group, so that Ctrl-C at the terminal
  // reaches only the parent. Throws Error(unavailable) naming the program when it cannot be executed.
  explicit ChildProcess(const std::vector<std::string>& argv);
  // Closes the pipes and waits; a child that does not end within two seconds of it is killed.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  int input() const { return input_.get(); }    // what the parent writes to
  int output() const { return output_.get(); }  // what the parent reads from
  int error() const { return error_.get(); }
  void close_input() { input_.close(); }
  // Waits for the end; idempotent.
  ExitState wait();
  pid_t pid() const { return pid_; }

 private:
  bool reap(bool block);

  files::FileHandle input_, output_, error_;
  pid_t pid_ = -1;
  std::optional<ExitState> ended_;
};

// Starts a program that outlives this process, its terminal and its connection: double fork, own session,
// standard input from /dev/null, output and errors appended to `log` (mode 0600), all other descriptors
// closed, umask 077, folder '/'. Returns which process it is once the program has been executed; throws
// Error(unavailable) when it could not be.
ProcessId start_detached(const std::vector<std::string>& argv, const std::filesystem::path& log);

// The running executable, through /proc/self/exe.
std::filesystem::path own_executable();

}  // namespace ctgan::process
