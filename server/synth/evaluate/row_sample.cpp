#include "server/synth/evaluate/row_sample.h"

#include <algorithm>
#include <numeric>

namespace ctgan::synth::evaluate {

random::Stream stream_for(std::uint64_t seed, Purpose purpose, std::uint64_t part) {
  // A purpose fits into 8 bits; parts count above them.
  return {seed, random::StreamId::evaluation, static_cast<std::uint64_t>(purpose) | part << 8U};
}

std::size_t rows_within(std::size_t most, std::size_t columns) {
  const std::size_t few = std::max(k_least_wide_rows, k_most_cells / std::max<std::size_t>(columns, 1));
  return std::min(most, few);
}

std::vector<std::uint32_t> draw_rows(std::size_t rows, std::size_t wanted, random::Stream stream) {
  std::vector<std::uint32_t> all(rows);
  std::iota(all.begin(), all.end(), 0U);
  const std::size_t drawn = std::min(wanted, rows);
  for (std::size_t place = 0; place < drawn; ++place) {
    const auto other = place + stream.next_below(static_cast<std::uint32_t>(rows - place));
    std::swap(all[place], all[other]);
  }
  all.resize(drawn);
  return all;
}

}  // namespace ctgan::synth::evaluate
