// A connection that another process answers, as far as the store knows of it.
//
//     OtherConnection alice(fresh, "alice");     // before any thread is started
//     CHECK(alice.ended_by() == SIGTERM);
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string>

#include "common/process/process_id.h"
#include "server/store/presence.h"
#include "tests/server/fresh_store.h"

namespace ctgan::tests {

class OtherConnection {
 public:
  OtherConnection(const FreshStore& fresh, const std::string& user, const std::string& parent = {}) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
    pid_ = fork();
    if (pid_ < 0) throw std::runtime_error("no process");
    if (pid_ == 0) answer(fresh, user, parent, ends[1]);
    close(ends[1]);
    id_.resize(k_digits);
    if (read(ends[0], id_.data(), k_digits) != k_digits) throw std::runtime_error("the process has gone");
    close(ends[0]);
  }
  ~OtherConnection() {
    if (pid_ < 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  OtherConnection(const OtherConnection&) = delete;
  OtherConnection& operator=(const OtherConnection&) = delete;

  const std::string& id() const { return id_; }
  bool lives() {
    if (pid_ > 0 && waitpid(pid_, &status_, WNOHANG) == pid_) pid_ = -1;
    return pid_ > 0;
  }
  // The signal that has ended it; 0 while it lives.
  int ended_by() { return lives() || !WIFSIGNALED(status_) ? 0 : WTERMSIG(status_); }

 private:
  static constexpr int k_digits = 32;

  [[noreturn]] static void answer(const FreshStore& fresh, const std::string& user, const std::string& parent,
                                  int out) {
    // Catch reports a signal as a failure of the test.
    signal(SIGTERM, SIG_DFL);
    server::store::Presence presence(server::store::Layout(fresh.root()));
    presence.introduce({user, "key", "10.0.0.9", "", parent.empty() ? "serve" : "transfer", parent,
                        process::to_text(process::process_id(getpid())), fresh.now});
    if (write(out, presence.id().data(), k_digits) != k_digits) _exit(1);
    for (;;) pause();
  }

  pid_t pid_ = -1;
  int status_ = 0;
  std::string id_;
};

}  // namespace ctgan::tests
