// Makes the batches of a CTGAN training run: every random number of pass `pass` comes from the streams with
// that substream, so a pass can be made again, alone, with the same result.
#pragma once

#include <cstdint>

#include "common/threads/thread_pool.h"
#include "server/synth/networks/ctgan_execution.h"
#include "server/synth/neural/conditional_sampler.h"
#include "server/synth/neural/parallel_draws.h"

namespace ctgan::synth::ctgan {

class CtganBatches {
 public:
  // Everything outlives this. REQUIRES: batch_size is a multiple of the shape's pac.
  CtganBatches(const networks::CtganShape& shape, const neural::ConditionSampler& conditions,
               const neural::RowSampler& rows, std::size_t batch_size, std::uint64_t seed,
               threads::ThreadPool& pool);

  // They overwrite `batch`, whose buffers are used again. Each pass of a run has a number of its own. The
  // numbers do not depend on the pool's threads.
  void fill(networks::DiscriminatorBatch& batch, std::uint64_t pass);
  void fill(networks::GeneratorBatch& batch, std::uint64_t pass);

 private:
  void add_fake(networks::FakeRows& fake, std::uint64_t pass, random::Stream& dropout);
  void add_dropout(networks::DropoutMasks& masks, random::Stream& dropout);
  void draw_conditions(networks::GeneratorInput& input, std::uint64_t pass) const;
  void draw_real(networks::DiscriminatorBatch& batch, std::uint64_t pass) const;

  const networks::CtganShape& shape_;
  const neural::ConditionSampler& conditions_;
  const neural::RowSampler& rows_;
  std::size_t batch_size_;
  std::uint64_t seed_;
  neural::ParallelDraws draws_;
};

}  // namespace ctgan::synth::ctgan
