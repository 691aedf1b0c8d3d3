// A number for each cell of a set of attributes: counts, probabilities, or potentials, which are logarithms. Cells in
// row-major order (domain.h). For what runs once; inner loops use Embedding on arrays of their own.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "server/synth/marginals/attribute_set.h"
#include "server/synth/marginals/domain.h"

namespace ctgan::synth::marginals {

struct Factor {
  // All cells alike. Throws Error(bad_data) for more than k_most_cells.
  Factor(const Domain& domain, AttributeSet set, double value);
  // REQUIRES: a number for each cell.
  Factor(AttributeSet set, std::vector<double> numbers);

  AttributeSet attributes;
  std::vector<double> cells;
};

// The factor over fewer attributes: sums over all others, or ln of the sum of e^x, without overflow and with -infinity
// as a number. REQUIRES: `attributes` are among the factor's.
Factor project_sum(const Domain& domain, const Factor& factor, const AttributeSet& attributes);
Factor project_logsumexp(const Domain& domain, const Factor& factor, const AttributeSet& attributes);

// large += small, for every cell of the large factor. REQUIRES: it has the small one's attributes.
void add(const Domain& domain, const Factor& small, Factor& large);

// Cells that are in row-major order of the attributes `from`, in that of `to`: the same ones in another order.
std::vector<double> rearranged(const Domain& domain, std::span<const double> cells,
                               std::span<const Attribute> from, std::span<const Attribute> to);

// 1 / number of each; 0 of numbers too small to have an inverse, for what is divided by the sum that it is a part of.
std::vector<double> inverses(std::span<const double> numbers);

// The sum of |a - b| over all cells. REQUIRES: as many in each.
double l1_distance(std::span<const double> a, std::span<const double> b);

}  // namespace ctgan::synth::marginals
