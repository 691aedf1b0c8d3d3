// How much of what two columns tell of each other is kept, over all pairs of columns: TabPC's wNMIS,
//
//     1 - sum w |NMI_original - NMI_synthetic| / sum w,   w = NMI_original + NMI_synthetic,
//     NMI = 2 MI / (H_first + H_second),
//
// with numbers in ten bins of equal width of the original's range (april-tools/tabpc, src/metrics/metrics.py). The
// weights make it the share of the information that is kept: a pair that has none, as most have, counts for
// nothing, whereas it makes a mean over all pairs look good.
#pragma once

#include <cstdint>
#include <optional>

#include "common/threads/thread_pool.h"
#include "server/synth/evaluate/columns.h"
#include "server/synth/evaluate/evaluation.h"
#include "server/synth/evaluate/matched_rows.h"

namespace ctgan::synth::evaluate {

inline constexpr std::size_t k_information_bins = 10;
inline constexpr std::size_t k_most_information_pairs = 2'000;

// Of many pairs k_most_information_pairs are drawn by seed. Few rows make columns seem to know each other: what is
// attainable is the score of held-out rows, not 1. The interval is that of rows drawn anew (to first order) and
// of other pairs drawn. std::nullopt with fewer than two columns, or where no column tells anything of another.
std::optional<SetMeasure> measure_mutual_information(const ComparedTables& tables, const MatchedRows& matched,
                                                     std::uint64_t seed, threads::ThreadPool& pool);

}  // namespace ctgan::synth::evaluate
