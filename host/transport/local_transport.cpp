#include "host/transport/local_transport.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>
#include <vector>

#include "common/process/child_process.h"
#include "host/transport/waiting.h"

namespace ctgan::host::transport {
namespace {

void make_nonblocking(int descriptor) {
  fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

class LocalChannel : public Channel {
 public:
  LocalChannel(const std::vector<std::string>& argv, const Patience& patience, const std::string& place)
      : patience_(patience), place_(place), child_(argv) {
    for (const int descriptor : {child_.input(), child_.output(), child_.error()})
      make_nonblocking(descriptor);
  }

  std::size_t read(std::span<char> buffer) override {
    if (buffer.empty()) return 0;
    Waiting waiting(patience_, place_);
    for (;;) {
      const ssize_t got = ::read(child_.output(), buffer.data(), buffer.size());
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EAGAIN && errno != EINTR) throw lost(place_, "its output cannot be read");
      await(child_.output(), POLLIN, waiting);
    }
  }

  void write(std::string_view bytes) override {
    Waiting waiting(patience_, place_);
    while (!bytes.empty()) {
      const ssize_t put = ::write(child_.input(), bytes.data(), bytes.size());
      if (put > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(put));
        waiting.progress();
      } else if (errno == EAGAIN || errno == EINTR) {
        await(child_.input(), POLLOUT, waiting);
      } else {
        throw lost(place_, "it has ended");
      }
    }
  }

  void close_write() override { child_.close_input(); }
  const std::string& error_text() const override { return error_text_.text(); }

  std::optional<int> exit_code() override {
    constexpr int k_polls = 200;
    for (int i = 0; i < k_polls; ++i) {
      drain_error();
      siginfo_t info{};
      const auto id = static_cast<id_t>(child_.pid());
      if (waitid(P_PID, id, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != 0) {
        drain_error();
        return child_.wait().code;
      }
      poll(nullptr, 0, 10);
    }
    return std::nullopt;
  }

 private:
  // Waits a while for the descriptor; reads standard error meanwhile, so that the child never stalls on it.
  void await(int descriptor, short event, Waiting& waiting) {
    std::array<pollfd, 2> wanted{{{descriptor, event, 0}, {error_open_ ? child_.error() : -1, POLLIN, 0}}};
    poll(wanted.data(), wanted.size(), k_tick_ms);
    if (wanted[1].revents != 0) drain_error();
    if (wanted[0].revents == 0) waiting.step();
  }

  void drain_error() {
    std::array<char, 65536> buffer{};
    for (;;) {
      const ssize_t got = ::read(child_.error(), buffer.data(), buffer.size());
      if (got == 0) error_open_ = false;
      if (got <= 0) return;
      error_text_.add({buffer.data(), static_cast<std::size_t>(got)});
    }
  }

  const Patience& patience_;
  const std::string& place_;
  process::ChildProcess child_;
  ErrorText error_text_;
  bool error_open_ = true;
};

}  // namespace

LocalTransport::LocalTransport(std::filesystem::path program, Patience patience)
    : program_(std::move(program)), patience_(std::move(patience)) {}

std::unique_ptr<Channel> LocalTransport::open(Program program) {
  const std::vector<std::string> argv{program_.string(), program == Program::serve ? "serve" : "transfer"};
  return std::make_unique<LocalChannel>(argv, patience_, place_);
}

void LocalTransport::tend() {
  if (patience_.tick) patience_.tick();
}

std::filesystem::path sibling_server() {
  return process::own_executable().parent_path() / "ctgan-server";
}

}  // namespace ctgan::host::transport
