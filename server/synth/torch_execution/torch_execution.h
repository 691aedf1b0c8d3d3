// CTGAN's arithmetic by libtorch: the plain reference, and the one that runs on a GPU.
// Results are the same for the same number of threads on the same machine; they are not promised across them.
#pragma once

#include "server/synth/networks/ctgan_execution.h"

namespace ctgan::synth::torch_execution {

// Errors of libtorch come out as errors::Error: unavailable for the device, internal for the rest.
class TorchExecution final : public networks::CtganExecution {
 public:
  std::unique_ptr<networks::CtganTrainingExecution> open_training(
      const networks::CtganTrainingContext& context) const override;
  std::unique_ptr<networks::CtganSamplingExecution> open_sampling(
      const networks::CtganSamplingContext& context) const override;
};

}  // namespace ctgan::synth::torch_execution
