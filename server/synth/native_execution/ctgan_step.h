// One training step of CTGAN's two networks, from a batch of random numbers to the gradients of every
// parameter. What becomes of the gradients is the optimizer's affair.
#pragma once

#include "server/synth/native_execution/discriminator.h"
#include "server/synth/native_execution/generated_rows.h"
#include "server/synth/native_execution/sparse_batch.h"

namespace ctgan::synth::native_execution {

template <typename T>
class CtganStep {
 public:
  // Everything outlives it but the arenas, whose numbers are copied.
  CtganStep(const networks::CtganShape& shape, const networks::CtganTraining& training,
            const encoders::EncodedTable& encoded, const networks::ParameterArena& generator,
            const networks::ParameterArena& discriminator, const kernels::Kernels<T>& kernels,
            threads::ThreadPool& pool);

  // Makes room for the optimizers' moments. Call it before the first step, when the arenas have been cleared.
  void start();
  DiscriminatorScores train_discriminator(const networks::DiscriminatorBatch& batch,
                                          const Optimizer<T>& optimizer);
  // The loss: conditional cross-entropy minus mean D(fake).
  double train_generator(const networks::GeneratorBatch& batch, const Optimizer<T>& optimizer);
  // All that training changes, by the names of the two arenas.
  TrainedTensors<T> generator() { return generator_.tensors(); }
  TrainedTensors<T> discriminator() { return discriminator_.tensors(); }
  // Ends the training: the arenas get the numbers, and nothing else may be called after it.
  void finish(networks::ParameterArena& generator, networks::ParameterArena& discriminator);

 private:
  GeneratedRows<T> generator_;
  Discriminator<T> discriminator_;
  SparseBatch<T> real_rows_;
};

}  // namespace ctgan::synth::native_execution
