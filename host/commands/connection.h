// A logged-in conversation with the chosen server.
//
//     Connection connection(flags, context);
//     connection.log_in();
//     connection.session().request(...);
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "host/commands/shared_flags.h"
#include "host/session/session.h"
#include "host/settings/host_settings.h"
#include "host/transport/transport.h"

namespace ctgan::host::commands {

// The other end, for a command: Ctrl-C is guarded from here on. `context` must outlive it. Throws as
// transport::open_transport.
std::unique_ptr<transport::Transport> reach(const settings::HostSettings& settings, CommandContext& context);

class Connection {
 public:
  // Connects and reads the greeting; Ctrl-C is guarded from here on. At a terminal it asks whether an account that has
  // no ctgan-server shall be given one. `context` must outlive it.
  Connection(settings::HostSettings settings, CommandContext& context);
  // The same with the settings that the flags and files give.
  Connection(const SharedFlags& flags, CommandContext& context);

  // Says who we are where the server asks: name and password from the flags and files, else asked for. Throws
  // Error(permission) when another user was named than the key or the account stands for.
  void log_in();

  // A server of before would pass over a field that it does not know: throws Error(unavailable) saying what it `lacks`
  // ("keeps no checkpoints"), where its greeting does not name the feature. `flag` is what to leave out.
  void require_feature(std::string_view feature, std::string_view lacks, std::string_view flag) const;

  session::Session& session() { return *session_; }
  transport::Transport& transport() { return *transport_; }

 private:
  void open_session();
  std::string default_user() const;
  void log_in_as(const std::string& user);
  void tell_where();
  void tell_warning(const std::string& text);
  void send_password(const std::string& user);

  CommandContext& context_;
  settings::HostSettings settings_;
  std::unique_ptr<transport::Transport> transport_;
  std::unique_ptr<session::Session> session_;
};

}  // namespace ctgan::host::commands
