// Makes the batches of a TVAE training run: every epoch shows each row once, in an order of its own, and the
// last batch may be a smaller one. The random numbers of an epoch or of a pass come from the streams with
// that substream.
//
//     batches.start_epoch(epoch);
//     for (std::size_t i = 0; i < batches.count(); ++i) batches.fill(batch, i, pass++);
#pragma once

#include <cstdint>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/networks/tvae_execution.h"
#include "server/synth/neural/parallel_draws.h"

namespace ctgan::synth::tvae {

class TvaeBatches {
 public:
  // `pool` outlives this. REQUIRES: rows, batch_size > 0.
  TvaeBatches(std::size_t rows, std::size_t embedding_dim, std::size_t batch_size, std::uint64_t seed,
              threads::ThreadPool& pool);

  std::size_t count() const { return (order_.size() + batch_size_ - 1) / batch_size_; }
  void start_epoch(std::uint64_t epoch);
  // Overwrites `batch`, whose buffers are used again, with batch `index` of the epoch. Each pass of a run has
  // a number of its own. The numbers do not depend on the pool's threads.
  void fill(networks::TvaeBatch& batch, std::size_t index, std::uint64_t pass);

 private:
  std::vector<std::uint32_t> order_;  // the rows, as this epoch shows them
  std::size_t embedding_dim_;
  std::size_t batch_size_;
  std::uint64_t seed_;
  neural::ParallelDraws draws_;
};

}  // namespace ctgan::synth::tvae
