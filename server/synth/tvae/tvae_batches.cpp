#include "server/synth/tvae/tvae_batches.h"

#include <algorithm>
#include <numeric>

#include "server/synth/neural/shuffle.h"

namespace ctgan::synth::tvae {

using random::Stream;
using random::StreamId;

TvaeBatches::TvaeBatches(std::size_t rows, std::size_t embedding_dim, std::size_t batch_size,
                         std::uint64_t seed, threads::ThreadPool& pool)
    : order_(rows), embedding_dim_(embedding_dim), batch_size_(batch_size), seed_(seed), draws_(pool) {}

void TvaeBatches::start_epoch(std::uint64_t epoch) {
  std::iota(order_.begin(), order_.end(), 0U);
  Stream random(seed_, StreamId::rows, epoch);
  neural::shuffle(order_, random);
}

void TvaeBatches::fill(networks::TvaeBatch& batch, std::size_t index, std::uint64_t pass) {
  const std::size_t first = index * batch_size_;
  const std::size_t count = std::min(batch_size_, order_.size() - first);
  Stream noise(seed_, StreamId::latent, pass);
  batch.noise.resize(count * embedding_dim_);
  draws_.add(batch.noise, noise, neural::Distribution::normal);
  draws_.run([&] {
    const auto begin = order_.begin() + static_cast<std::ptrdiff_t>(first);
    batch.rows.assign(begin, begin + static_cast<std::ptrdiff_t>(count));
  });
}

}  // namespace ctgan::synth::tvae
