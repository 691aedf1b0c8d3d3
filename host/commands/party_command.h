// `manage party`: what somebody gives for the fits of several parties that he is named in, and confirms.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>
#include <vector>

#include "common/command_line/table_flags.h"
#include "host/commands/connection.h"

namespace ctgan::host::commands {

struct PartyFlags {
  std::string job;
  std::string
      source;  // of `give`: a FILE of this machine or "inbox:NAME"; empty: as whoever submitted the fit said
  command_line::TableFlags table;
  std::string digest;  // of `confirm`: what is meant; empty: what is there now
  // What was asked for; empty: nothing of this.
  std::function<void(Connection& connection, CommandContext& context)> chosen;
};

// Adds `party`. The flags outlive the app.
void declare_party(CLI::App& app, PartyFlags& flags);

// Gives the user's table for a fit, and says so. `job` is a whole id. Throws what is wrong with the table.
void give_table(Connection& connection, CommandContext& context, const std::string& job,
                const std::string& source, const command_line::TableFlags& table);

}  // namespace ctgan::host::commands
