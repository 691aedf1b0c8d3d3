// The categories of a column that nobody has declared: those that many units have, by a Gaussian threshold
// (privacy::Mechanisms::large_counts).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "common/table/table.h"
#include "server/synth/privacy/mechanisms.h"

namespace ctgan::synth::paid_domains {

struct CategorySearch {
  std::vector<std::string> known = {};  // texts that are none: missing values, and what stands for others
  std::uint64_t most = 100;             // of which the most frequent are kept
  std::uint64_t rows_per_unit = 1;
  double rho = 0, delta = 0;  // what it costs
};

// In alphabetic order, which says nothing of the rows; perhaps none. `units` as UnitRows has them: a unit counts once for
// each text. A larger budget finds rarer categories, but never more than `most`.
std::vector<std::string> find_categories(privacy::Mechanisms& mechanisms, const std::string& stage,
                                         const table::Categories& cells, std::span<const std::uint32_t> units,
                                         const CategorySearch& search);

// Units that have each text of the dictionary.
std::vector<std::uint64_t> units_with(const table::Categories& cells, std::span<const std::uint32_t> units);

}  // namespace ctgan::synth::paid_domains
