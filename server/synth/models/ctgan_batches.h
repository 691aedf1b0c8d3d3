// Makes the batches of a CTGAN training run: every random number of pass `pass` comes from the streams with
// that substream, so a pass can be made again, alone, with the same result.
#pragma once

#include <cstdint>

#include "common/threads/thread_pool.h"
#include "server/synth/models/conditional_sampler.h"
#include "server/synth/models/parallel_draws.h"
#include "server/synth/networks/ctgan_execution.h"

namespace ctgan::synth::models {

class CtganBatches {
 public:
  // Everything outlives this. REQUIRES: batch_size is a multiple of the shape's pac.
  CtganBatches(const networks::CtganShape& shape, const ConditionSampler& conditions, const RowSampler& rows,
               std::size_t batch_size, std::uint64_t seed, threads::ThreadPool& pool);

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
  const ConditionSampler& conditions_;
  const RowSampler& rows_;
  std::size_t batch_size_;
  std::uint64_t seed_;
  ParallelDraws draws_;
};

}  // namespace ctgan::synth::models
