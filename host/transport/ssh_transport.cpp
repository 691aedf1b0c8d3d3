#include "host/transport/ssh_transport.h"

#include <fmt/format.h>
#include <libssh/callbacks.h>

#include <algorithm>
#include <array>
#include <utility>

#include "common/errors/error.h"
#include "common/protocol/message.h"
#include "host/settings/installed_servers.h"
#include "host/transport/authentication.h"
#include "host/transport/host_key.h"
#include "host/transport/ssh_session.h"

namespace ctgan::host::transport {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::size_t k_piece = std::size_t{1} << 20;
constexpr std::chrono::seconds k_exit_patience{2};

struct FreeChannel {
  void operator()(ssh_channel channel) const { ssh_channel_free(channel); }
};

class SshChannel : public Channel {
 public:
  SshChannel(const SshSession& session, const std::string& command)
      : session_(session), channel_(ssh_channel_new(session.get())) {
    if (!channel_) throw std::bad_alloc();
    ssh_callbacks_init(&callbacks_);
    callbacks_.userdata = this;
    callbacks_.channel_data_function = take;
    ssh_add_channel_callbacks(channel_.get(), &callbacks_);
    open(command);
  }

  ~SshChannel() override {
    ssh_remove_channel_callbacks(channel_.get(), &callbacks_);
    // A close that the full socket does not take at once is sent by the next pump.
    for (int i = 0; i < 3 && session_.alive() && ssh_channel_close(channel_.get()) == SSH_AGAIN; ++i)
      session_.pump(10);
  }

  std::size_t read(std::span<char> buffer) override {
    if (buffer.empty()) return 0;
    const Waiting waiting(session_.patience(), session_.place());
    for (;;) {
      if (const std::size_t got = left_over_ ? read_left_over(buffer) : 0) return got;
      if (ssh_channel_is_eof(channel_.get()) != 0) return 0;
      if (const std::size_t got = await_bytes(buffer, waiting)) return got;
    }
  }

  void write(std::string_view bytes) override {
    Waiting waiting(session_.patience(), session_.place());
    while (!bytes.empty()) {
      const auto piece = static_cast<std::uint32_t>(std::min(bytes.size(), k_piece));
      const int put = ssh_channel_write(channel_.get(), bytes.data(), piece);
      if (put < 0)
        throw lost(session_.place(),
                   session_.alive() ? "the program over there has ended" : session_.reason());
      bytes.remove_prefix(static_cast<std::size_t>(put));
      if (put > 0) waiting.progress();
      if (put == 0) check_alive(session_.pump(), waiting);
    }
  }

  void close_write() override {
    session_.await(SSH_AGAIN, [this] { return ssh_channel_send_eof(channel_.get()); });
  }

  const std::string& error_text() const override { return error_text_.text(); }

  std::optional<int> exit_code() override {
    const auto deadline = std::chrono::steady_clock::now() + k_exit_patience;
    while (session_.alive() && ssh_channel_is_closed(channel_.get()) == 0 &&
           std::chrono::steady_clock::now() < deadline) {
      session_.pump(10);
    }
    const int status = ssh_channel_get_exit_status(channel_.get());
    if (status < 0) return std::nullopt;
    return status;
  }

 private:
  void open(const std::string& command) {
    const int opened = session_.await(SSH_AGAIN, [this] { return ssh_channel_open_session(channel_.get()); });
    if (opened != SSH_OK) {
      if (!session_.was_refused()) throw lost(session_.place(), session_.reason());
      throw Error(Kind::unavailable,
                  fmt::format("{} opens no channel: {}", session_.place(), session_.reason()),
                  "sshd's 'MaxSessions' must be at least 2");
    }
    const int started =
        session_.await(SSH_AGAIN, [&] { return ssh_channel_request_exec(channel_.get(), command.c_str()); });
    if (started == SSH_OK) return;
    if (!session_.was_refused()) throw lost(session_.place(), session_.reason());
    throw Error(Kind::permission, fmt::format("{} does not run commands for us", session_.place()),
                "the account or the key must allow 'ctgan-server serve'");
  }

  std::size_t read_left_over(std::span<char> buffer) {
    left_over_ = false;
    const auto most = static_cast<std::uint32_t>(std::min(buffer.size(), k_piece));
    const int got = ssh_channel_read_nonblocking(channel_.get(), buffer.data(), most, 0);
    if (got < 0 && got != SSH_EOF && got != SSH_AGAIN) throw lost(session_.place(), session_.reason());
    if (got <= 0) return 0;
    if (static_cast<std::uint32_t>(got) == most) left_over_ = true;
    return static_cast<std::size_t>(got);
  }

  // One pump: libssh hands what comes straight into the buffer.
  std::size_t await_bytes(std::span<char> buffer, const Waiting& waiting) {
    wanted_ = buffer;
    const bool pumped = session_.pump();
    const std::size_t got = buffer.size() - std::exchange(wanted_, {}).size();
    if (got == 0 && !left_over_) check_alive(pumped, waiting);
    return got;
  }

  void check_alive(bool pumped, const Waiting& waiting) const {
    if (!session_.alive()) throw lost(session_.place(), session_.reason());
    if (!pumped) waiting.step();
  }

  // Called by libssh inside every pump. What nobody waits for stays with libssh, where the window bounds it;
  // standard error is always taken: unread it would use up the channel's window.
  static int take(ssh_session /*session*/, ssh_channel /*channel*/, void* data, std::uint32_t count,
                  int is_error, void* self) noexcept {
    return static_cast<int>(
        static_cast<SshChannel*>(self)->take({static_cast<char*>(data), count}, is_error != 0));
  }

  std::size_t take(std::string_view bytes, bool is_error) {
    if (is_error) {
      error_text_.add(bytes);
      return bytes.size();
    }
    const std::size_t count = std::min(bytes.size(), wanted_.size());
    std::copy_n(bytes.data(), count, wanted_.data());
    wanted_ = wanted_.subspan(count);
    if (count < bytes.size()) left_over_ = true;
    return count;
  }
  const SshSession& session_;
  std::unique_ptr<ssh_channel_struct, FreeChannel> channel_;
  ssh_channel_callbacks_struct callbacks_{};
  std::span<char> wanted_;  // of the read that waits
  bool left_over_ = false;  // libssh holds bytes that came while nobody waited
  ErrorText error_text_;
};

bool is_plain(std::string_view word) {
  return !word.empty() &&
         word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/=-") ==
             std::string_view::npos;
}

class SshTransport : public Transport, public RemoteAccount {
 public:
  SshTransport(const settings::SshServer& server, const console::Console& console, Patience patience)
      : patience_(std::move(patience)), session_(server, patience_) {
    check_host_key(session_, server, console);
    authenticate(session_, server, console);
    unsigned port = 22;
    ssh_options_get_port(session_.get(), &port);
    name_ = fmt::format("{}:{}", session_.address(), port);
    program_ = server.remote_program.value_or(settings::installed_program(name_).value_or(""));
    if (!is_plain(program_)) program_.clear();
  }

  std::unique_ptr<Channel> open(Program program) override {
    std::string command(program == Program::serve ? protocol::k_serve_command : protocol::k_transfer_command);
    if (!program_.empty()) command = program_ + command.substr(command.find(' '));
    return std::make_unique<SshChannel>(session_, command);
  }

  void tend() override {
    if (patience_.tick) patience_.tick();
    session_.pump(0);
  }

  const std::string& place() const override { return session_.place(); }
  std::string address() const override { return session_.address(); }
  RemoteAccount* account() override { return this; }

  std::unique_ptr<Channel> run(const std::vector<std::string>& words) override {
    if (!std::all_of(words.begin(), words.end(), is_plain))
      throw Error(Kind::internal, fmt::format("a shell might misread {}",
                                              errors::quoted(fmt::format("{}", fmt::join(words, " ")))));
    return std::make_unique<SshChannel>(session_, fmt::format("{}", fmt::join(words, " ")));
  }
  const std::string& name() const override { return name_; }
  void use_program(const std::string& program) override { program_ = program; }

 private:
  Patience patience_;
  std::string name_, program_;
  SshSession session_;
};

}  // namespace

std::unique_ptr<Transport> connect_by_ssh(const settings::SshServer& server, const console::Console& console,
                                          Patience patience) {
  return std::make_unique<SshTransport>(server, console, std::move(patience));
}

}  // namespace ctgan::host::transport
