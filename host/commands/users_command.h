// The users of a server: `manage users`, for its administrators, and what everybody may see and change of himself:
// `manage whoami`, `manage password`.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <map>
#include <string>

#include "host/commands/connection.h"

namespace ctgan::host::commands {

struct UsersFlags {
  std::string name, role, key, expires, whose;
  bool admin = false, yes = false;
  bool password_stdin = false, key_only = false, generate_password = false;
  std::map<std::string, std::string> limits;  // by their names in the protocol; empty: not given
  // What was asked for; empty: nothing of this.
  std::function<void(Connection& connection, CommandContext& context)> chosen;
};

// Adds `users`, `whoami` and `password`. The flags outlive the app.
void declare_users(CLI::App& app, UsersFlags& flags);

}  // namespace ctgan::host::commands
