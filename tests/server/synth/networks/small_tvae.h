// A tiny TVAE with a random table and random batches, small enough to differentiate number by number.
#pragma once

#include <cstdint>
#include <vector>

#include "server/synth/networks/tvae_execution.h"
#include "tests/server/synth/networks/small_table.h"

namespace ctgan::synth::networks {

class SmallTvae {
 public:
  explicit SmallTvae(const SmallColumns& columns, std::size_t batch = 12,
                     std::vector<std::size_t> compress_dims = {5, 4},
                     std::vector<std::size_t> decompress_dims = {6, 3}, std::size_t embedding_dim = 3)
      : table(small_table(columns)), batch_(batch) {
    shape.layout = table.layout;
    shape.embedding_dim = embedding_dim;
    shape.compress_dims = std::move(compress_dims);
    shape.decompress_dims = std::move(decompress_dims);
  }

  // Deviations that differ from column to column, so that none stands for another.
  ParameterArena parameters() const {
    ParameterArena arena = started_arena(tvae_parameters(shape), 100);
    float next = 0.1F;
    for (float& deviation : arena.values(k_tvae_deviations)) deviation = next += 0.03F;
    return arena;
  }

  TvaeBatch batch(std::uint64_t pass) const { return batch(pass, batch_); }
  TvaeBatch batch(std::uint64_t pass, std::size_t rows) const {
    TvaeBatch batch;
    random::Stream random(pass, random::StreamId::rows);
    for (std::size_t i = 0; i < rows; ++i)
      batch.rows.push_back(random.next_below(static_cast<std::uint32_t>(table.rows)));
    batch.noise.resize(rows * shape.embedding_dim);
    random::Stream(pass, random::StreamId::latent).fill_normal(batch.noise);
    return batch;
  }

  encoders::EncodedTable table;
  TvaeShape shape;
  TvaeTraining training;

 private:
  std::size_t batch_;
};

}  // namespace ctgan::synth::networks
