// sample: rows are drawn from a model on the server and brought home.
#pragma once

namespace ctgan::host::commands {

// Parses, runs, reports; returns the exit code.
int sample(int argc, const char* const* argv);

}  // namespace ctgan::host::commands
