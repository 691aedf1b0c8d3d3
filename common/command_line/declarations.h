// What a program has declared, as help, manual and completion read it.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <string>
#include <vector>

namespace ctgan::command_line {

// "manage jobs cancel".
std::string full_name(const CLI::App& app);

// The commands that are shown.
std::vector<const CLI::App*> shown_commands(const CLI::App& app);

// An argument, which has no dash.
bool is_positional(const CLI::Option& option);
// More than a flag.
bool takes_value(const CLI::Option& option);

}  // namespace ctgan::command_line
