// What --help prints, at the width of the terminal that reads it.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>
#include <string>

namespace ctgan::command_line {

// Description, usage, arguments, options by group, commands, and the examples of the command that was asked about.
// Lines are broken between words at the width of the terminal on standard output, at most 110 cells wide so that they
// can be read; a narrow one has what an option means below it. Exit codes are the manual's.
std::shared_ptr<CLI::FormatterBase> make_help_formatter();

// The same for `columns` cells.
std::string help_page(const CLI::App& app, std::size_t columns);

}  // namespace ctgan::command_line
