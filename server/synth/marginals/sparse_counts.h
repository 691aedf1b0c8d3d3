// The marginal of two columns whose product has more cells than there are rows: only cells that a row has, in time and
// memory that grow with rows and sizes, not with their product.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "server/synth/codecs/codes.h"
#include "server/synth/marginals/attribute_set.h"
#include "server/synth/marginals/domain.h"

namespace ctgan::synth::marginals {

struct CellCount {
  std::uint32_t first;   // the first attribute's code
  std::uint32_t second;  // the second one's
  std::uint64_t rows;    // above 0

  bool operator==(const CellCount&) const = default;
};

// In row-major order. REQUIRES: two columns as in counting.h, of fewer than 2^32 rows.
std::vector<CellCount> count_sparse_pair(const Domain& domain, std::span<const codecs::Codes> columns,
                                         Attribute first, Attribute second);

// The sum over all cells, empty ones included, of |rows - first[i] second[j] / total|: how far the pair is from
// independence with these one-way marginals. Of an empty cell that is the model's mass, so that it is enough to know
// what the others have of it. REQUIRES: total > 0; marginals are not negative and each has the sum `total`.
double l1_from_independence(std::span<const CellCount> counts, std::span<const double> first,
                            std::span<const double> second, double total);

}  // namespace ctgan::synth::marginals
