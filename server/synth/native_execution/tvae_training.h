// TVAE's arithmetic on the CPU by hand-written passes, without libtorch. On one set of vector instructions
// the results are the same to the last bit for any number of threads.
#pragma once

#include "server/synth/networks/tvae_execution.h"

namespace ctgan::synth::native_execution {

// Throws Error(unavailable) for a device other than "cpu" and "auto", and as kernels::chosen_instructions.
class NativeTvae final : public networks::TvaeExecution {
 public:
  std::unique_ptr<networks::TvaeTrainingExecution> open_training(
      const networks::TvaeTrainingContext& context) const override;
};

}  // namespace ctgan::synth::native_execution
