// ctgan-server's arguments.
#pragma once

namespace ctgan::server::commands {

// Runs what argv asks for and returns its exit code. Errors are reported on the way, once.
int run_command_line(int argc, const char* const* argv);

}  // namespace ctgan::server::commands
