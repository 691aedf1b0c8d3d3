// One way to do the arithmetic, for every model that has any: native_execution/ is one, torch_execution/ (a
// library of its own, see neural/torch_library.h) another.
#pragma once

#include "server/synth/networks/ctgan_execution.h"
#include "server/synth/networks/tvae_execution.h"

namespace ctgan::synth::networks {

struct Executions {
  const CtganExecution& ctgan;
  const TvaeExecution& tvae;
};

// The one symbol of an execution library, an extern "C" function. Its name ends with what program and library
// must agree on (cmake/build_id.cmake).
#define CTGAN_JOINED(name, id) name##id
#define CTGAN_JOINED_VALUES(name, id) CTGAN_JOINED(name, id)
#define CTGAN_EXECUTION_FACTORY CTGAN_JOINED_VALUES(ctgan_execution_, CTGAN_BUILD_ID)
#define CTGAN_NAME_OF(symbol) #symbol
#define CTGAN_TEXT_OF(symbol) CTGAN_NAME_OF(symbol)
inline constexpr const char* k_execution_symbol = CTGAN_TEXT_OF(CTGAN_EXECUTION_FACTORY);
using ExecutionFactory = const Executions* (*)();

}  // namespace ctgan::synth::networks
