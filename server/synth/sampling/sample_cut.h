// How the rows of a sample are cut into blocks, whatever draws them: a block is a function of the model, the seed
// and its number alone, so that any thread can make any block. Immutable.
#pragma once

#include <cstddef>
#include <cstdint>

#include "server/synth/random/random.h"

namespace ctgan::synth::sampling {

class SampleCut {
 public:
  static constexpr std::size_t k_least_rows = 64;  // of a block that is not the last
  static constexpr std::size_t k_most_rows = 2048;
  // Of a block of about `cells` cells, with so many in each row: enough for a block's own costs to vanish, few
  // enough for wide tables to stay small.
  static std::size_t rows_a_block(std::size_t cells, std::size_t cells_a_row);

  // The sample of this seed, in blocks of `block_rows`; the last may have fewer.
  SampleCut(std::uint64_t rows, std::uint64_t seed, std::size_t block_rows);

  std::uint64_t seed() const { return seed_; }
  std::size_t count() const;
  std::uint64_t first_row(std::size_t block) const { return std::uint64_t{block} * block_rows_; }
  std::size_t rows_in(std::size_t block) const;
  // The random numbers of one block for one purpose, `purpose` of `purposes`.
  random::Stream stream(std::size_t block, std::uint64_t purpose, std::uint64_t purposes) const;

 private:
  std::uint64_t rows_;
  std::uint64_t seed_;
  std::size_t block_rows_;
};

}  // namespace ctgan::synth::sampling
