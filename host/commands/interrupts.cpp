#include "host/commands/interrupts.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "common/errors/error.h"

namespace ctgan::host::commands {
namespace {

sigset_t wanted_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, number);
  return set;
}

}  // namespace

Interrupts::Interrupts() {
  const sigset_t set = wanted_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = files::FileHandle(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!signals_) throw errors::from_errno(errno, "open", "a signal descriptor");
}

Interrupts::~Interrupts() {
  const sigset_t set = wanted_signals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void Interrupts::check() const {
  signalfd_siginfo info{};
  if (read(signals_.get(), &info, sizeof info) != sizeof info) return;
  throw errors::Error(errors::Kind::interrupted,
                      info.ssi_signo == SIGINT ? "stopped by Ctrl-C" : "stopped by a signal");
}

}  // namespace ctgan::host::commands
