// The first stage of DAWA: parts of a range in which rows are spread about evenly, by dynamic programming over noisy
// costs (Li, Hay, Miklau and Wang, "A data- and workload-aware algorithm for range queries under differential privacy",
// VLDB 2014, section 3). The second stage, counts of these parts, is the method's own.
//
// The range is cut into 2^m cells. A bucket of cells costs the sum of |cell - mean of its cells|, what is wrong where
// rows are taken to be spread evenly, and what a further bucket's noise is worth: that of its count, as in the paper,
// and the scale of that of its cost, without which buckets are cut off for nothing where there are few rows. A row
// changes the first of these by less than 2: by (n - 1) / n in its own of the n cells and by 1 / n in each other one.
//
// The costs of all buckets of 1, 2, 4, ... cells get independent noise of scale 4 / epsilon, and only the cheapest
// partition is told. A row is in one bucket b of it: whether it is cheapest depends on b's noise being below a number
// that the row moves by 4 at most, by 2 for b's own cost and by 2 for the bucket that the cheapest partition without b
// would have in its place. That is epsilon-differentially private; k rows of a unit need k times the noise.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "server/synth/paid_domains/step_range.h"
#include "server/synth/privacy/mechanisms.h"

namespace ctgan::synth::paid_domains {

// Where the second and each later part begins, ascending: `most_parts` parts at most. `expected_noise` is the mean of the
// absolute noise that a part's count will have, in rows. `steps` are those of the rows, in any order, of which a unit has
// `rows_per_unit` at most. Costs `rho`.
std::vector<std::int64_t> bucket_cuts(privacy::Mechanisms& mechanisms, const std::string& stage,
                                      std::span<const std::int64_t> steps, const StepRange& range,
                                      std::size_t most_parts, double expected_noise,
                                      std::uint64_t rows_per_unit, double rho);

// The sum of |cell - mean of cells|, in 1/1024 row. REQUIRES: 1, 2, 4, ... or 1024 cells.
std::int64_t deviation(std::span<const std::int64_t> cells);

}  // namespace ctgan::synth::paid_domains
