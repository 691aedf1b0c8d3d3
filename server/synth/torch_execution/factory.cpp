#include "server/synth/networks/ctgan_execution.h"
#include "server/synth/torch_execution/torch_execution.h"

// The symbol that the loader asks for; its name carries the contract's version.
extern "C" __attribute__((visibility("default"))) const ctgan::synth::networks::CtganExecution*
ctgan_execution_2() {
  static const ctgan::synth::torch_execution::TorchExecution execution;
  return &execution;
}
