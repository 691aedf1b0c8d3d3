// `ctgan completion SHELL`: what makes a shell complete our commands.
#pragma once

namespace ctgan::host::commands {

int completion(int argc, const char* const* argv);

}  // namespace ctgan::host::commands
