#include "server/commands/end_signals.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "common/errors/report.h"

namespace ctgan::server::commands {
namespace {

sigset_t end_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGHUP, SIGINT}) sigaddset(&set, number);
  return set;
}

[[noreturn]] void end_by(int number) {
  ::signal(number, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  raise(number);
  _exit(128 + number);
}

}  // namespace

EndSignals::EndSignals(LastDeed last_deed) : last_deed_(std::move(last_deed)) {
  const sigset_t set = end_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = files::FileHandle(signalfd(-1, &set, SFD_CLOEXEC));
  stop_ = files::FileHandle(eventfd(0, EFD_CLOEXEC));
  if (!signals_ || !stop_) throw errors::from_errno(errno, "wait for", "signals");
  thread_ = std::thread([this] { wait(); });
}

EndSignals::~EndSignals() {
  eventfd_write(stop_.get(), 1);
  thread_.join();
  const sigset_t set = end_signals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void EndSignals::wait() {
  std::array<pollfd, 2> wanted{{{signals_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}}};
  while (poll(wanted.data(), wanted.size(), -1) < 0 && errno == EINTR) {
  }
  signalfd_siginfo signal{};
  if (wanted[0].revents == 0 || ::read(signals_.get(), &signal, sizeof signal) != sizeof signal) return;
  std::optional<errors::Error> word;
  try {
    word = last_deed_();
    if (word) errors::report(stderr, "ctgan-server", *word, errors::ReportStyle::text);
  } catch (...) {
    // Whoever comes next cleans up; and where nobody reads, the exit code says what there is to say.
  }
  if (word) _exit(errors::exit_code(word->kind()));
  end_by(static_cast<int>(signal.ssi_signo));
}

}  // namespace ctgan::server::commands
