// Equally many rows of each table, so that what is measured of the synthetic rows can be put beside what held-out
// rows attain: most measures of distance fall with the number of rows that they are taken of.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "server/synth/evaluate/columns.h"

namespace ctgan::synth::evaluate {

// What bounds the cost of measures that grow faster than the tables.
inline constexpr std::size_t k_most_matched_rows = 10'000;
// Held-out rows of which fewer attain nothing that could be told from chance.
inline constexpr std::size_t k_least_matched_rows = 20;

struct MatchedRows {
  std::size_t each = 0;
  std::array<std::vector<std::uint32_t>, 3>
      rows;                 // `each` of every side; of held-out rows none without `attainable`
  bool attainable = false;  // there are held-out rows, k_least_matched_rows at least

  const std::vector<std::uint32_t>& of(Side side) const { return rows[static_cast<std::size_t>(side)]; }
  // Original, synthetic, and held-out where there are any.
  std::vector<Side> sides() const;
};

// At most `most` rows of each, and as many as rows_within (row_sample.h) allows, drawn by seed.
MatchedRows draw_matched(const ComparedTables& tables, std::uint64_t seed,
                         std::size_t most = k_most_matched_rows);

}  // namespace ctgan::synth::evaluate
