// Which cells are missing together.
#pragma once

#include <cstddef>
#include <vector>

#include "server/synth/evaluate/columns.h"
#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

inline constexpr std::size_t k_most_patterns = 8;
// Patterns of fewer rows of the original are not listed: whose cells are missing so could be known.
inline constexpr std::size_t k_least_pattern_rows = 5;

// Sets of columns whose cells are missing in one row, those that come most often in the original first, the empty set
// among them; none where no cell is missing. Columns that were left out have no cells.
std::vector<MissingPattern> missing_patterns(const ComparedTables& tables);

}  // namespace ctgan::synth::evaluate
