#include "server/synth/networks/ctgan_execution.h"
#include "server/synth/torch_execution/torch_execution.h"

extern "C" __attribute__((visibility("default"))) const ctgan::synth::networks::CtganExecution*
CTGAN_EXECUTION_FACTORY() {
  static const ctgan::synth::torch_execution::TorchExecution execution;
  return &execution;
}
