// From argv to a command, and from what it throws to text or JSON and an exit code.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <functional>
#include <string>

#include "host/commands/shared_flags.h"

namespace ctgan::host::commands {

// The program that is all of them: `ctgan fit`.
inline constexpr const char* k_umbrella = "ctgan";

struct CommandLine {
  std::string program;      // "fit"
  std::string description;  // one sentence
  std::string examples;     // lines for --help
};

// Declares the options with `declare`, parses, runs `command`, reports its error. Returns the exit code. A
// mistake on the command line is Error(usage); an unknown option is answered with the closest known. Help and pages
// call the program "ctgan fit" where argv[0] is that.
int run_command(const CommandLine& line, int argc, const char* const* argv, const SharedFlags& flags,
                const std::function<void(CLI::App&)>& declare, const std::function<void()>& command);

}  // namespace ctgan::host::commands
