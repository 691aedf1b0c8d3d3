// A program of this machine asked for an answer: an argument list, never a shell string, and never waited for longer
// than one is willing to.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "common/process/child_process.h"

namespace ctgan::process {

struct CommandOutput {
  ExitState ended;
  std::string out, err;
  bool took_too_long = false;  // it was killed for it, with all that it had started
};

// argv[0] is a path, or a name that is looked for in $PATH. Standard input is empty. Throws Error(unavailable) when
// there is no such program, or it cannot be run.
CommandOutput run_command(std::vector<std::string> argv, std::chrono::milliseconds deadline);

// Throws Error(unavailable) naming it.
std::filesystem::path find_program(const std::string& name);

}  // namespace ctgan::process
