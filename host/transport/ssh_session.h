// One SSH connection through libssh, without a call that could wait for ever: libssh is kept in non-blocking
// mode, and every wait goes through step(), which ticks and has an end. The facts behind each choice: libssh
// 0.10 with later values as synonyms.
#pragma once

#include <libssh/libssh.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "host/settings/host_settings.h"
#include "host/transport/transport.h"
#include "host/transport/waiting.h"

namespace ctgan::host::transport {

// Where known_hosts, config and the usual keys are: the settings' folder, or ~/.ssh of $HOME.
std::filesystem::path ssh_folder(const settings::SshServer& server);

// Owns the libssh session and the socket under it. One thread.
class SshSession {
 public:
  // Reads ~/.ssh/config, connects and agrees on keys; neither the host key is checked nor anybody logged in.
  // Throws as connect_tcp, Error(try_again) when who answers is silent or hangs up, Error(protocol) when who
  // answers is no SSH server we can talk to.
  SshSession(const settings::SshServer& server, const Patience& patience);
  ~SshSession();
  SshSession(const SshSession&) = delete;
  SshSession& operator=(const SshSession&) = delete;

  ssh_session get() const { return session_.get(); }
  const Patience& patience() const { return patience_; }
  const std::string& place() const { return place_; }
  // "ctgan@big.example.org", with the account that was logged in to.
  std::string address() const;
  // What libssh says about its last failure, one line, made visible.
  std::string reason() const;
  // False once the connection has broken.
  bool alive() const;
  // Whether the other end has answered the last request with a no, and lives; else the request met a broken line, of
  // which alive() may not know yet.
  bool was_refused() const;

  // Handles what has come, or waits for it up to a tick. False when nothing came.
  bool pump(int milliseconds = k_tick_ms) const;

  // Repeats a libssh call as long as it answers `again` and the connection lives: libssh goes on answering
  // `again` after its end. Throws as Waiting::step() does.
  template <typename Call>
  int await(int again, const Call& call) const {
    const Waiting waiting(patience_, place_);
    int status = call();
    while (status == again && alive()) {
      if (!pump()) waiting.step();
      status = call();
    }
    return status;
  }

 private:
  struct FreeSession {
    void operator()(ssh_session session) const { ssh_free(session); }
  };
  struct FreeEvent {
    void operator()(ssh_event event) const { ssh_event_free(event); }
  };

  void set(ssh_options_e option, const void* value);
  void set_options(const settings::SshServer& server);
  void open_socket();
  void shake_hands();

  const Patience& patience_;
  std::string host_, place_;
  std::unique_ptr<ssh_session_struct, FreeSession> session_;
  std::unique_ptr<ssh_event_struct, FreeEvent> event_;
};

// What libssh gives to be freed.
struct FreeSshString {
  void operator()(char* text) const { ssh_string_free_char(text); }
};
using SshText = std::unique_ptr<char, FreeSshString>;

struct FreeSshKey {
  void operator()(ssh_key key) const { ssh_key_free(key); }
};
using SshKey = std::unique_ptr<ssh_key_struct, FreeSshKey>;

}  // namespace ctgan::host::transport
