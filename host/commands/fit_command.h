// fit: a table goes to the server, a model comes to be.
#pragma once

namespace ctgan::host::commands {

// Parses, runs, reports; returns the exit code.
int fit(int argc, const char* const* argv);

}  // namespace ctgan::host::commands
