// ctgan-server in the user's own account over there: `manage server`, and the question at the first command to a host
// that has none.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>

#include "host/commands/shared_flags.h"
#include "host/transport/transport.h"

namespace ctgan::host::commands {

struct ServerFlags {
  std::string host;  // "[user@]host[:port]"; empty: the configured one
  // What was asked for; empty: nothing of this.
  std::function<void(const SharedFlags& shared, CommandContext& context)> chosen;
};

// Adds `server`. The flags outlive the app.
void declare_server(CLI::App& app, ServerFlags& flags);

// True where the program that was put there is gone: it is forgotten, and the one in the PATH over there is asked again.
bool forget_missing_server(transport::Transport& transport);
// Whether there is no ctgan-server on the other end, though an account that could be given one.
bool lacks_server(transport::Transport& transport);
// Puts the ctgan-server beside this program into the account, remembers where, and tells what `doctor` says there. From
// now on the transport starts it. Throws as RemoteInstall::put, and Error(unavailable) where none lies beside this
// program.
void install_server(transport::Transport& transport, progress::Progress& progress);

}  // namespace ctgan::host::commands
