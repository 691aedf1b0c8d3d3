// manage: who am I, what do I have, away with it.
#pragma once

namespace ctgan::host::commands {

// Parses, runs, reports; returns the exit code.
int manage(int argc, const char* const* argv);

}  // namespace ctgan::host::commands
