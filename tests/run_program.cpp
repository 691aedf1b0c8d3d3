#include "tests/run_program.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <stdexcept>

namespace ctgan::tests {
namespace {

using Clock = std::chrono::steady_clock;

struct Streams {
  int input = -1;   // we write
  int output = -1;  // we read
  int error = -1;
  pid_t pid = -1;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

[[noreturn]] void become(const std::vector<std::string>& argv, const Surroundings& around) {
  if (chdir(around.folder.c_str()) != 0) _exit(126);
  std::vector<std::string> environment = around.environment;
  // As a shell starts it: what a test ignores is ignored across exec.
  signal(SIGPIPE, SIG_DFL);
  environment.emplace_back("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  execve(argv[0].c_str(), pointers(argv).data(), pointers(environment).data());
  _exit(127);
}

Streams start_on_terminal(const std::vector<std::string>& argv, const Surroundings& around) {
  Streams streams;
  winsize size{40, 500, 0, 0};
  streams.pid = forkpty(&streams.output, nullptr, nullptr, &size);
  if (streams.pid == 0) become(argv, around);
  streams.input = streams.output;
  return streams;
}

Streams start_on_pipes(const std::vector<std::string>& argv, const Surroundings& around) {
  std::array<std::array<int, 2>, 3> pipes{};
  for (auto& ends : pipes) {
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  }
  Streams streams;
  streams.pid = fork();
  if (streams.pid == 0) {
    setsid();
    dup2(pipes[0][0], 0);
    dup2(pipes[1][1], 1);
    dup2(pipes[2][1], 2);
    become(argv, around);
  }
  close(pipes[0][0]);
  close(pipes[1][1]);
  close(pipes[2][1]);
  streams.input = pipes[0][1];
  streams.output = pipes[1][0];
  streams.error = pipes[2][0];
  return streams;
}

// False at the end of the stream.
bool drain(int descriptor, std::string& into) {
  std::array<char, 65536> buffer{};
  const ssize_t got = read(descriptor, buffer.data(), buffer.size());
  if (got <= 0) return false;
  into.append(buffer.data(), static_cast<std::size_t>(got));
  return true;
}

// Sends a signal when its time has come, once.
class LateSignal {
 public:
  LateSignal(std::chrono::milliseconds after, int number)
      : due_(after.count() > 0), at_(Clock::now() + after), number_(number) {}
  void send(pid_t pid) {
    if (!due_ || Clock::now() < at_) return;
    kill(pid, number_);
    due_ = false;
  }

 private:
  bool due_;
  Clock::time_point at_;
  int number_;
};

void collect(const Streams& streams, Outcome& outcome, const Surroundings& around) {
  const auto deadline = Clock::now() + std::chrono::seconds(around.seconds);
  LateSignal killing(around.kill_after, SIGKILL), interrupt(around.interrupt_after, SIGINT);
  const int tick = around.kill_after.count() + around.interrupt_after.count() > 0 ? 5 : 100;
  std::array<pollfd, 2> wanted{{{streams.output, POLLIN, 0}, {streams.error, POLLIN, 0}}};
  while (wanted[0].fd >= 0 || wanted[1].fd >= 0) {
    if (Clock::now() > deadline) {
      kill(streams.pid, SIGKILL);
      outcome.code = -2;
      return;
    }
    killing.send(streams.pid);
    interrupt.send(streams.pid);
    if (poll(wanted.data(), wanted.size(), tick) <= 0) continue;
    if (wanted[0].revents != 0 && !drain(streams.output, outcome.out)) wanted[0].fd = -1;
    if (wanted[1].revents != 0 && !drain(streams.error, outcome.err)) wanted[1].fd = -1;
  }
}

}  // namespace

std::ostream& operator<<(std::ostream& stream, const Outcome& outcome) {
  return stream << "exit " << outcome.code << "\n--- stdout\n"
                << outcome.out << "\n--- stderr\n"
                << outcome.err;
}

Outcome run_program(const std::vector<std::string>& argv, const Surroundings& around) {
  const Streams streams = around.terminal ? start_on_terminal(argv, around) : start_on_pipes(argv, around);
  if (!around.input.empty() && write(streams.input, around.input.data(), around.input.size()) < 0) {
    // The program did not want it; its own words say why.
  }
  if (!around.terminal) close(streams.input);
  Outcome outcome;
  collect(streams, outcome, around);
  int status = 0;
  waitpid(streams.pid, &status, 0);
  if (outcome.code != -2) outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  close(streams.output);
  if (streams.error >= 0) close(streams.error);
  return outcome;
}

std::string bin(const std::string& name) {
  const char* folder = std::getenv("CTGAN_BIN_DIR");
  if (folder == nullptr) throw std::runtime_error("CTGAN_BIN_DIR is not set: run through ctest");
  return std::string(folder) + "/" + name;
}

}  // namespace ctgan::tests
