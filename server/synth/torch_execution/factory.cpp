#include "server/synth/networks/executions.h"
#include "server/synth/torch_execution/torch_execution.h"
#include "server/synth/torch_execution/torch_tvae.h"

extern "C" __attribute__((visibility("default"))) const ctgan::synth::networks::Executions*
CTGAN_EXECUTION_FACTORY() {
  static const ctgan::synth::torch_execution::TorchExecution ctgan;
  static const ctgan::synth::torch_execution::TorchTvae tvae;
  static const ctgan::synth::networks::Executions executions{ctgan, tvae};
  return &executions;
}
