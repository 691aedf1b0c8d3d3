// What a learner makes of the synthetic rows: trained on them and tested on real ones (TSTR, Esteban et al.
// 2017).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/evaluate/columns.h"
#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

inline constexpr std::size_t k_most_classes = 20;  // of a target; the rarer ones beyond become one
inline constexpr std::size_t k_least_train_rows = 20;
inline constexpr std::size_t k_least_test_rows = 10;

struct LearnerOptions {
  std::uint64_t seed = 1;
  std::string target;  // empty: the last categorical column with two classes or more, or the last
  std::size_t rows_limit = 50'000;  // trained on and tested on; more are sampled
};

// Trains on the original and on the synthetic rows, tests both on the held-out rows. std::nullopt, with the
// reason in `notes`, without held-out rows, with too few rows, or when the target cannot be learnt.
// Throws Error(usage) for a target that is no column or was left out.
std::optional<Utility> measure_utility(const ComparedTables& tables, const LearnerOptions& options,
                                       threads::ThreadPool& pool, std::vector<Note>& notes);

}  // namespace ctgan::synth::evaluate
