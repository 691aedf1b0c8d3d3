// Numbers that may be negative, as noisy counts are, made into counts.
#pragma once

#include <vector>

namespace ctgan::synth::marginals {

// The nearest numbers that are at least 0 and add up to `total` (Duchi et al. 2008, "Efficient projections onto the
// l1-ball", algorithm 1). Of a total of 0 the positive ones stay. REQUIRES: a number; total >= 0.
void project_to_counts(std::vector<double>& cells, double total);

}  // namespace ctgan::synth::marginals
