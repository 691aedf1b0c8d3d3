// Density and coverage (Naeem et al., ICML 2020): balls around training rows, each as wide as the distance to its
// k-th closest other training row,
//
//   density    how many such balls a synthetic row lies in, on average, by k: 1 where the synthetic rows are as dense
//              as the original's; above 1 where they crowd where training rows do
//   coverage   the share of training rows with a synthetic row in their ball: what is missed of the original
//
// after the authors' `prdc` package, with the distance of neighbours.h in place of that of image features, and with
// rows on a ball's surface within it, since rows of tables repeat and radii of 0 are usual.
#pragma once

#include <cstddef>
#include <optional>

#include "common/threads/thread_pool.h"
#include "server/synth/evaluate/columns.h"
#include "server/synth/evaluate/evaluation.h"
#include "server/synth/evaluate/matched_rows.h"

namespace ctgan::synth::evaluate {

inline constexpr std::size_t k_density_neighbours = 5;

struct DensityCoverage {
  Measured density;
  Measured coverage;
};

// The intervals are those of rows drawn anew, to first order: by what each training row and each synthetic row adds.
// The balls are taken as they are. std::nullopt with k_density_neighbours rows or fewer.
std::optional<DensityCoverage> measure_density_coverage(const ComparedTables& tables,
                                                        const MatchedRows& matched,
                                                        threads::ThreadPool& pool);

}  // namespace ctgan::synth::evaluate
