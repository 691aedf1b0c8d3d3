// The generator's rows in training, activated, and the way back from what somebody thinks of them to its parameters.
#pragma once

#include <functional>
#include <vector>

#include "server/synth/native_execution/generator.h"

namespace ctgan::synth::native_execution {

template <typename T>
class GeneratedRows {
 public:
  // Everything outlives it but the arena, whose numbers are copied.
  GeneratedRows(const networks::CtganShape& shape, const networks::CtganTraining& training,
                const networks::ParameterArena& generator, const kernels::Kernels<T>& kernels,
                threads::ThreadPool& pool);

  // rows x layout.width; valid until the next call. Calls beside(0) ... beside(pieces - 1) on the pool's threads meanwhile.
  const kernels::Panels<T>& make(
      const networks::FakeRows& fake, std::size_t pieces = 0,
      const std::function<void(std::size_t)>& beside = [](std::size_t) {});
  // One step, from the gradient of a loss by the rows that make() made last, of `fake`: that of feature f of row r in
  // member m of a group of pac rows at (m * layout.width + f, group), plus the mean conditional cross-entropy, which is
  // returned.
  double train(const networks::FakeRows& fake, const kernels::Panels<T>& by_rows,
               const Optimizer<T>& optimizer);
  // All that training changes, by the arena's names.
  TrainedTensors<T> tensors() { return generator_.tensors(); }

 private:
  kernels::OutputStrip<T> strip(const networks::FakeRows& fake, std::size_t index) const;
  double backward_through_activation(const networks::FakeRows& fake, const kernels::Panels<T>& by_rows);

  const networks::CtganShape& shape_;
  const networks::CtganTraining& training_;
  const kernels::Kernels<T>& kernels_;
  threads::ThreadPool& pool_;
  Generator<T> generator_;
  std::vector<kernels::OutputBlock> blocks_;
  const kernels::Panels<T>* logits_ = nullptr;  // the generator's, of the last make()
  kernels::Panels<T> rows_, logits_gradient_;
};

}  // namespace ctgan::synth::native_execution
