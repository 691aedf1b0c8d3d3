// download: what lies on the server comes home, as often as wanted.
#pragma once

namespace ctgan::host::commands {

// Parses, runs, reports; returns the exit code.
int download(int argc, const char* const* argv);

}  // namespace ctgan::host::commands
