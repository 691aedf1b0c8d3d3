// TVAE's arithmetic by libtorch: the plain reference, and the one that runs on a GPU.
// Results are the same for the same number of threads on the same machine; they are not promised across them.
#pragma once

#include "server/synth/networks/tvae_execution.h"

namespace ctgan::synth::torch_execution {

// Errors of libtorch come out as errors::Error: unavailable for the device, internal for the rest.
class TorchTvae final : public networks::TvaeExecution {
 public:
  std::unique_ptr<networks::TvaeTrainingExecution> open_training(
      const networks::TvaeTrainingContext& context) const override;
};

}  // namespace ctgan::synth::torch_execution
