#include "server/synth/sampling/sample_cut.h"

#include <algorithm>

namespace ctgan::synth::sampling {

std::size_t SampleCut::rows_a_block(std::size_t cells, std::size_t cells_a_row) {
  return std::clamp(cells / cells_a_row, k_least_rows, k_most_rows);
}

SampleCut::SampleCut(std::uint64_t rows, std::uint64_t seed, std::size_t block_rows)
    : rows_(rows), seed_(seed), block_rows_(block_rows) {}

std::size_t SampleCut::count() const {
  return static_cast<std::size_t>((rows_ + block_rows_ - 1) / block_rows_);
}

std::size_t SampleCut::rows_in(std::size_t block) const {
  return static_cast<std::size_t>(std::min<std::uint64_t>(block_rows_, rows_ - first_row(block)));
}

random::Stream SampleCut::stream(std::size_t block, std::uint64_t purpose, std::uint64_t purposes) const {
  return {seed_, random::StreamId::sampling, std::uint64_t{block} * purposes + purpose};
}

}  // namespace ctgan::synth::sampling
