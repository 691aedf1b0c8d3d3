// The generator of a private GAN while it is trained: it never meets a confidential row, so that nothing of it costs
// anything (post-processing of what its discriminator was told).
#pragma once

#include <cstdint>

#include "common/options/option_spec.h"
#include "common/threads/thread_pool.h"
#include "server/synth/native_execution/generated_rows.h"
#include "server/synth/networks/ctgan_shape.h"
#include "server/synth/networks/parameter_arena.h"
#include "server/synth/neural/conditional_sampler.h"
#include "server/synth/neural/parallel_draws.h"

namespace ctgan::synth::private_gan {

// Not safe to share between threads.
class GeneratorTraining {
 public:
  // Rows are given conditions by `conditions`. All outlives it. Its random numbers are a function of the seed.
  GeneratorTraining(const networks::CtganShape& shape, const options::Values& options,
                    const neural::ConditionSampler& conditions, std::uint64_t seed,
                    threads::ThreadPool& pool);

  // So many new rows, at least two: each block of the layout about one-hot; valid until the next call.
  const kernels::Panels<double>& make(std::size_t rows);
  // One step from the gradient of a loss by the rows made last (layout.width x rows), and by how seldom they have the
  // conditions that they were given.
  void train(const kernels::Panels<double>& by_rows);
  // What it has come to.
  networks::ParameterArena parameters();

 private:
  const networks::CtganShape& shape_;
  const neural::ConditionSampler& conditions_;
  std::uint64_t seed_;
  networks::CtganTraining training_;
  networks::ParameterArena start_;
  native_execution::GeneratedRows<double> generated_;
  native_execution::Adam<double> adam_;
  neural::ParallelDraws draws_;
  networks::FakeRows fake_;
  std::uint64_t pass_ = 0;
};

// The sizes of the generator: those of CTGAN's, of rows by themselves. `options` are those of a private GAN.
networks::CtganShape generator_shape(const options::Values& options, const encoders::OutputLayout& layout);

}  // namespace ctgan::synth::private_gan
