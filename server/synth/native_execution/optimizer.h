// What becomes of a gradient. The networks hand out each tile of it as soon as it is known, so that no whole
// gradient is ever held.
#pragma once

#include <cstdint>

#include "server/synth/kernels/kernels.h"
#include "server/synth/native_execution/weights.h"
#include "server/synth/networks/training_options.h"

namespace ctgan::synth::native_execution {

template <typename T>
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  // `gradient` is that of rows [row, row + rows) of one panel. Called from any thread, once for each tile of
  // a step, when nothing reads the tile's old numbers any more.
  virtual void apply(Weights<T>& weights, std::size_t panel, std::size_t row, std::size_t rows,
                     const T* gradient) const = 0;
};

// Adam with L2 weight decay, as torch.optim.Adam computes it.
template <typename T>
class Adam final : public Optimizer<T> {
 public:
  Adam(const networks::OptimizerOptions& options, const kernels::Kernels<T>& kernels);

  // Before the gradients of each step, whose learning rate is the options' times `rate_factor`.
  void begin_step(double rate_factor = 1);
  // Taken so far; to go on after some, whose moments the weights hold.
  std::int64_t steps() const { return steps_; }
  void go_on_after(std::int64_t steps) { steps_ = steps; }
  void apply(Weights<T>& weights, std::size_t panel, std::size_t row, std::size_t rows,
             const T* gradient) const override;

 private:
  networks::OptimizerOptions options_;
  const kernels::Kernels<T>& kernels_;
  kernels::AdamStep<T> step_;
  std::int64_t steps_ = 0;
};

}  // namespace ctgan::synth::native_execution
