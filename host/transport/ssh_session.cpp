#include "host/transport/ssh_session.h"

#include <fmt/format.h>
#if defined(__aarch64__)
#include <sys/auxv.h>
#endif

#include <cstdlib>
#include <new>

#include "common/errors/error.h"
#include "common/settings/settings_file.h"
#include "host/transport/tcp_connect.h"

namespace ctgan::host::transport {
namespace {

using errors::Error;
using errors::Kind;

constexpr long k_handshake_seconds = 15;
// libssh would take ChaCha20 first, which is slower than AES at both ends wherever the processor has AES.
constexpr const char* k_ciphers =
    "aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,"
    "aes256-ctr,aes192-ctr,aes128-ctr";

bool computes_aes() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("aes") != 0 && __builtin_cpu_supports("pclmul") != 0;
#elif defined(__aarch64__)
  constexpr unsigned long k_needed = HWCAP_AES | HWCAP_PMULL;
  return (getauxval(AT_HWCAP) & k_needed) == k_needed;
#else
  return false;
#endif
}

std::string get_option(ssh_session session, ssh_options_e option) {
  char* value = nullptr;
  if (ssh_options_get(session, option, &value) != SSH_OK) return {};
  const SshText owned(value);
  return value;
}

}  // namespace

std::filesystem::path ssh_folder(const settings::SshServer& server) {
  return server.ssh_folder.value_or(ctgan::settings::home_folder() / ".ssh");
}

SshSession::SshSession(const settings::SshServer& server, const Patience& patience)
    : patience_(patience), host_(server.host), place_(errors::quoted(host_)), session_(ssh_new()) {
  if (!session_) throw std::bad_alloc();
  set_options(server);
  open_socket();
  shake_hands();
}

SshSession::~SshSession() {
  if (event_) ssh_event_remove_session(event_.get(), session_.get());
  ssh_disconnect(session_.get());
}

void SshSession::set(ssh_options_e option, const void* value) {
  if (ssh_options_set(session_.get(), option, value) != SSH_OK) {
    throw Error(Kind::configuration, fmt::format("an SSH option for {} is refused: {}", place_, reason()));
  }
}

// In 0.10 the user's ssh_config overrides what was set before it: everything that was chosen is set once more
// behind it.
void SshSession::set_options(const settings::SshServer& server) {
  set(SSH_OPTIONS_HOST, server.host.c_str());
  set(SSH_OPTIONS_SSH_DIR, ssh_folder(server).c_str());
  if (server.ssh_user) set(SSH_OPTIONS_USER, server.ssh_user->c_str());
  if (computes_aes()) {
    set(SSH_OPTIONS_CIPHERS_C_S, k_ciphers);
    set(SSH_OPTIONS_CIPHERS_S_C, k_ciphers);
  }
  if (ssh_options_parse_config(session_.get(), nullptr) != 0) {
    throw Error(Kind::configuration, "the SSH configuration cannot be read", "check ~/.ssh/config");
  }
  if (server.ssh_user) set(SSH_OPTIONS_USER, server.ssh_user->c_str());
  if (server.port) {
    const unsigned port = *server.port;
    set(SSH_OPTIONS_PORT, &port);
  }
  // With 'no' in ssh_config a changed host key would be reported as fine.
  const int strict = 1;
  set(SSH_OPTIONS_STRICTHOSTKEYCHECK, &strict);
  const long seconds = k_handshake_seconds;
  set(SSH_OPTIONS_TIMEOUT, &seconds);
}

// libssh tries one address only, so the socket is ours, unless a ProxyCommand makes it.
void SshSession::open_socket() {
  if (!get_option(session_.get(), SSH_OPTIONS_PROXYCOMMAND).empty()) return;
  unsigned port = 22;
  ssh_options_get_port(session_.get(), &port);
  files::FileHandle descriptor =
      connect_tcp(get_option(session_.get(), SSH_OPTIONS_HOST), static_cast<std::uint16_t>(port), patience_);
  const socket_t number = descriptor.get();
  set(SSH_OPTIONS_FD, &number);
  // From here on ssh_disconnect closes it.
  descriptor.release();
}

void SshSession::shake_hands() {
  ssh_set_blocking(session_.get(), 0);
  const auto began = std::chrono::steady_clock::now();
  int status = ssh_connect(session_.get());
  event_.reset(ssh_event_new());
  if (!event_) throw std::bad_alloc();
  ssh_event_add_session(event_.get(), session_.get());
  while (status == SSH_AGAIN) {
    pump();
    if (patience_.tick) patience_.tick();
    if (std::chrono::steady_clock::now() - began > std::chrono::seconds(k_handshake_seconds)) {
      throw Error(Kind::try_again, fmt::format("{} accepts connections but does not speak SSH", place_),
                  "it may be busy; if it stays like that, check the port");
    }
    status = ssh_connect(session_.get());
  }
  if (status == SSH_OK) return;
  const std::string why = reason();
  const bool dropped =
      why.find("disconnected") != std::string::npos || why.find("reset") != std::string::npos;
  if (dropped) {
    throw Error(Kind::try_again, fmt::format("{} closed the connection before it was set up", place_),
                "the server may be busy: run the same command again in a minute");
  }
  throw Error(Kind::protocol, fmt::format("no SSH connection to {}: {}", place_, why));
}

std::string SshSession::address() const {
  return fmt::format("{}@{}", get_option(session_.get(), SSH_OPTIONS_USER), host_);
}

std::string SshSession::reason() const {
  std::string text = errors::visible(ssh_get_error(session_.get()));
  if (text.size() > 1 && text[1] >= 'a' && text[1] <= 'z' && text[0] >= 'A' && text[0] <= 'Z') {
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  }
  return text.empty() ? "the connection broke" : text;
}

bool SshSession::alive() const {
  return ssh_is_connected(session_.get()) != 0;
}

bool SshSession::was_refused() const {
  return alive() && ssh_get_error_code(session_.get()) == SSH_REQUEST_DENIED;
}

bool SshSession::pump(int milliseconds) const {
  return ssh_event_dopoll(event_.get(), milliseconds) == SSH_OK;
}

}  // namespace ctgan::host::transport
