// What the synthetic rows give away by lying too near to training rows. Everything is held against held-out
// rows: what these show by themselves is chance, what the synthetic rows show beyond it was learnt by heart.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/evaluate/columns.h"
#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

inline constexpr std::size_t k_least_held_out_rows = 20;
inline constexpr std::size_t k_combined_columns = 3;
inline constexpr std::size_t k_most_column_sets = 200;
inline constexpr std::size_t k_most_combined_rows = 100'000;

struct PrivacyOptions {
  std::uint64_t seed = 1;
  std::size_t rows_limit = 10'000;  // of each table in what grows with the product of rows
};

// Training and held-out rows, as many of each, are searched for the closest to each synthetic row (distance
// of neighbours.h). REQUIRES: held-out rows, at least two.
ClosestRecord measure_closest(const ComparedTables& tables, const PrivacyOptions& options,
                              threads::ThreadPool& pool);

// Over all synthetic and all held-out rows.
Copies count_copies(const ComparedTables& tables);

// A combination is the values of three columns; a numeric column with more than 50 different values in the
// original is cut at the original's 5 % quantiles. It is rare when exactly one row of the training and the
// held-out rows together has it. When nothing was learnt by heart, the synthetic table has as large a share
// of the training rows' rare combinations as of the held-out rows'. Of the sets of three columns at most
// k_most_column_sets are looked at, of each table k_most_combined_rows rows, drawn by seed. The interval of
// the excess takes rows, each with all its rare combinations, as the units that were sampled. REQUIRES:
// held-out rows. std::nullopt with fewer than three columns.
std::optional<RareCombinations> count_rare_combinations(const ComparedTables& tables,
                                                        const PrivacyOptions& options,
                                                        threads::ThreadPool& pool);

}  // namespace ctgan::synth::evaluate
