// One program under several names: `fit` is a link to `ctgan`, and `ctgan fit` the same.
#pragma once

namespace ctgan::host::commands {

// Runs the command that the last part of argv[0] names, else the one that the first word does; without either the
// help of `ctgan`. Returns the exit code.
int run_named(int argc, const char* const* argv);

}  // namespace ctgan::host::commands
