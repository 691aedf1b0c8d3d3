#include "common/process/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>

#include "common/errors/error.h"

namespace ctgan::process {
namespace {

using errors::Error;
using errors::Kind;
using files::FileHandle;

struct Pipe {
  FileHandle read_end, write_end;

  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw errors::from_errno(errno, "make", "a pipe");
    read_end = FileHandle(ends[0]);
    write_end = FileHandle(ends[1]);
  }
};

std::vector<char*> c_arguments(const std::vector<std::string>& argv) {
  std::vector<char*> out;
  out.reserve(argv.size() + 1);
  for (const std::string& argument : argv) out.push_back(const_cast<char*>(argument.c_str()));
  out.push_back(nullptr);
  return out;
}

// Only async-signal-safe calls from here: this runs between fork and exec.
void restore_signals() {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) sigaction(number, &standard, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void execute_or_report(char* const* argv, int report) {
  execv(argv[0], argv);
  const int number = errno;
  [[maybe_unused]] const ssize_t ignored = write(report, &number, sizeof number);
  _exit(127);
}

// Waits until the exec pipe closes (success) or brings an errno.
void await_exec(Pipe& report, const std::string& program) {
  report.write_end.close();
  int number = 0;
  ssize_t got = 0;
  do {
    got = read(report.read_end.get(), &number, sizeof number);
  } while (got < 0 && errno == EINTR);
  if (got != sizeof number) return;
  const Error reason = errors::from_errno(number, "run", program);
  if (reason.kind() == Kind::try_again) throw reason;
  throw Error(
      Kind::unavailable,
      fmt::format("cannot run {}: {}", errors::quoted(program), std::generic_category().message(number)),
      "check that it is installed and executable");
}

// The kernel's call, past the C library, which may be older; and where the kernel has none (before 5.9) one by one.
void close_all(unsigned first, unsigned last) {
  if (syscall(SYS_close_range, first, last, 0) == 0) return;
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  for (rlim_t number = first; number <= last && number < limit.rlim_cur; ++number)
    close(static_cast<int>(number));
}

[[noreturn]] void become_detached(char* const* argv, int log, int report, int name) {
  setsid();
  if (fork() != 0) _exit(0);
  const pid_t own = getpid();
  if (write(name, &own, sizeof own) != sizeof own) _exit(127);
  restore_signals();
  umask(077);
  const int nothing = open("/dev/null", O_RDONLY);
  if (chdir("/") != 0 || nothing < 0) _exit(127);
  const int kept = fcntl(report, F_DUPFD_CLOEXEC, 10);
  dup2(nothing, STDIN_FILENO);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  close_all(3, static_cast<unsigned>(kept) - 1);
  close_all(static_cast<unsigned>(kept) + 1, ~0U);
  execute_or_report(argv, kept);
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& argv) {
  Pipe in;
  Pipe out;
  Pipe err;
  Pipe report;
  const std::vector<char*> arguments = c_arguments(argv);
  pid_ = fork();
  if (pid_ < 0) throw errors::from_errno(errno, "start", argv[0]);
  if (pid_ == 0) {
    setpgid(0, 0);
    restore_signals();
    dup2(in.read_end.get(), STDIN_FILENO);
    dup2(out.write_end.get(), STDOUT_FILENO);
    dup2(err.write_end.get(), STDERR_FILENO);
    execute_or_report(arguments.data(), report.write_end.get());
  }
  input_ = std::move(in.write_end);
  output_ = std::move(out.read_end);
  error_ = std::move(err.read_end);
  try {
    await_exec(report, argv[0]);
  } catch (...) {
    reap(true);
    throw;
  }
}

ChildProcess::~ChildProcess() {
  input_.close();
  output_.close();
  error_.close();
  constexpr std::chrono::milliseconds k_patience{2000}, k_longest_nap{10};
  std::chrono::milliseconds waited{0}, nap{1};
  for (; !reap(false) && waited < k_patience; waited += nap, nap = std::min(2 * nap, k_longest_nap)) {
    std::this_thread::sleep_for(nap);
  }
  if (!ended_) {
    kill(pid_, SIGKILL);
    reap(true);
  }
}

ExitState ChildProcess::wait() {
  reap(true);
  return *ended_;
}

bool ChildProcess::reap(bool block) {
  while (!ended_) {
    int status = 0;
    const pid_t got = waitpid(pid_, &status, block ? 0 : WNOHANG);
    if (got == 0) return false;
    if (got < 0 && errno == EINTR) continue;
    ExitState state;
    if (got > 0 && WIFEXITED(status)) {
      state.code = WEXITSTATUS(status);
    } else {
      state.signal = got > 0 && WIFSIGNALED(status) ? WTERMSIG(status) : SIGKILL;
    }
    ended_ = state;
  }
  return true;
}

ProcessId start_detached(const std::vector<std::string>& argv, const std::filesystem::path& log) {
  const FileHandle log_file(open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!log_file) throw errors::from_errno(errno, "create", log.string());
  Pipe report, name;
  const std::vector<char*> arguments = c_arguments(argv);
  const pid_t middle = fork();
  if (middle < 0) throw errors::from_errno(errno, "start", argv[0]);
  if (middle == 0)
    become_detached(arguments.data(), log_file.get(), report.write_end.get(), name.write_end.get());
  int status = 0;
  while (waitpid(middle, &status, 0) < 0 && errno == EINTR) {
  }
  await_exec(report, argv[0]);
  name.write_end.close();
  pid_t started = 0;
  if (read(name.read_end.get(), &started, sizeof started) != sizeof started) started = 0;
  return process_id(started);
}

std::filesystem::path own_executable() {
  return std::filesystem::read_symlink("/proc/self/exe");
}

}  // namespace ctgan::process
