// CTGAN's arithmetic on the CPU by hand-written passes, without libtorch. On one set of vector instructions
// the results are the same to the last bit for any number of threads.
#pragma once

#include <string>

#include "server/synth/networks/ctgan_execution.h"

namespace ctgan::synth::native_execution {

// Throws Error(unavailable) for a device other than "cpu" and "auto".
void require_cpu(const std::string& device);

// Throws Error(unavailable) for a device other than "cpu" and "auto", and as kernels::chosen_instructions.
class NativeExecution final : public networks::CtganExecution {
 public:
  std::unique_ptr<networks::CtganTrainingExecution> open_training(
      const networks::CtganTrainingContext& context) const override;
  std::unique_ptr<networks::CtganSamplingExecution> open_sampling(
      const networks::CtganSamplingContext& context) const override;
  std::vector<networks::PrecisionTime> time_precisions(const networks::CtganShape& shape,
                                                       std::size_t rows) const override;
};

}  // namespace ctgan::synth::native_execution
