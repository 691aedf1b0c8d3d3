// Who is connected to the server just now, and how that is ended: `manage sessions`.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>
#include <vector>

#include "host/commands/connection.h"

namespace ctgan::host::commands {

struct SessionsFlags {
  std::vector<std::string> names;  // ids, the beginnings of them, 'latest'
  bool all = false;                // but this one
  bool all_users = false;          // for administrators; else one's own
  // What was asked for; empty: nothing of this.
  std::function<void(Connection& connection, CommandContext& context)> chosen;
};

// Adds `sessions`. The flags outlive the app.
void declare_sessions(CLI::App& app, SessionsFlags& flags);

}  // namespace ctgan::host::commands
