// An optimizer that leaves the gradients behind.
#pragma once

#include <cstring>

#include "server/synth/native_execution/optimizer.h"

namespace ctgan::synth::torch_execution {

// Puts the gradient where the numbers were, so that finish() writes gradients. It also shows that nothing is
// read after its tile was handed out.
class GradientInPlace final : public native_execution::Optimizer<double> {
 public:
  void apply(native_execution::Weights<double>& weights, std::size_t panel, std::size_t row, std::size_t rows,
             const double* gradient) const override {
    std::memcpy(weights.values.panel(panel, row), gradient, rows * kernels::k_panel_columns * sizeof(double));
  }
};

}  // namespace ctgan::synth::torch_execution
