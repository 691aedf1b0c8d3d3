// Opens the libtorch execution (server/synth/torch_execution) when a job needs it: nothing else of the
// program pays for loading libtorch.
#pragma once

#include <filesystem>
#include <vector>

#include "server/synth/networks/executions.h"

namespace ctgan::synth::neural {

// Where the library is looked for, in this order: beside the running program, then in ../lib/ctgan-server/torch.
std::vector<std::filesystem::path> torch_library_places();

// The first of `places` that exists, opened and kept open until the program ends. Safe to call from any
// thread, as often as wanted; the first call sets an environment variable (GOMP_SPINCOUNT, unless the user
// has chosen), so no other thread may be reading the environment then. Throws Error(unavailable) when none
// exists, or the one found cannot be opened.
const networks::Executions& open_execution(const std::vector<std::filesystem::path>& places);

}  // namespace ctgan::synth::neural
