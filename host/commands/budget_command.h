// What may be learnt of each dataset in all, and what was spent of it: `manage budget`.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>

#include "host/commands/connection.h"

namespace ctgan::host::commands {

struct BudgetFlags {
  std::string dataset, epsilon, delta, accounting;
  bool really = false;
  // What was asked for; empty: nothing of this.
  std::function<void(Connection& connection, CommandContext& context)> chosen;
};

// Adds `budget`. The flags outlive the app.
void declare_budget(CLI::App& app, BudgetFlags& flags);

}  // namespace ctgan::host::commands
