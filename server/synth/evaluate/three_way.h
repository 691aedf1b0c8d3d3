// How far the joint distributions of three columns are from the original's: the total variation distance, half
// the sum of the differences of the shares of all combinations of values, numbers in k_three_way_bins bins of
// equal frequency, averaged over sets of three columns. It is what private methods are compared by (half the
// workload error of MST and AIM: McKenna et al. 2021, 2022), and mostlyai-qa's trivariate accuracy is 1 - it.
// Shapes and pairs see nothing of what three columns have to do with each other.
#pragma once

#include <cstdint>
#include <optional>

#include "common/threads/thread_pool.h"
#include "server/synth/evaluate/columns.h"
#include "server/synth/evaluate/evaluation.h"
#include "server/synth/evaluate/matched_rows.h"

namespace ctgan::synth::evaluate {

inline constexpr std::size_t k_three_way_bins = 20;
inline constexpr std::size_t k_most_triples = 500;

// Of many sets of three columns k_most_triples are drawn by seed. The distance of two samples is above 0 by
// chance, the more the fewer rows there are: what is attainable is the distance of held-out rows, not 0. Its
// interval is that of rows drawn anew (to first order, by what each row adds to the distance) and of other sets
// drawn. std::nullopt with fewer than three columns.
std::optional<SetMeasure> measure_three_way(const ComparedTables& tables, const MatchedRows& matched,
                                            std::uint64_t seed, threads::ThreadPool& pool);

}  // namespace ctgan::synth::evaluate
