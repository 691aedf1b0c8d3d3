// Train on synthetic rows, test on real ones (TSTR) with every column as the target in turn, as TabStruct's global
// utility (Jiang et al., 2025; arXiv 2509.11950): one target says nothing of the relations that it has no part in.
//
//   ratio   what is kept of a column: the learner's skill when trained on synthetic rows, by its skill when trained
//           on as many original ones; of classes skill is 2 AUC - 1, of numbers R2 of their ranks in the original,
//           which outliers do not rule
//   value   the median of the ratios: a few columns that went wrong are named, and do not speak for all
//
// What is attainable is the same with other original rows in place of the synthetic ones. (For training, held-out
// rows would do as well, but they are what is tested on.)
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/evaluate/columns.h"
#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

// Of more columns so many are drawn by seed, and of wide tables, whose lessons are long, fewer.
inline constexpr std::size_t k_most_targets = 40;
inline constexpr std::size_t k_most_taught_cells = 6'400'000;  // of one lesson for each target
inline constexpr std::size_t k_most_target_classes = 10;
inline constexpr std::size_t k_most_lesson_rows = 4'000;  // trained on, and tested on
inline constexpr std::size_t k_most_lesson_cells = 400'000;
inline constexpr std::size_t k_least_lesson_rows = 50;

// Columns that the original's rows do not tell (JudgementLimits::least_auc, least_r2) are left out. The interval is
// that of other test rows and, as far as the two trainings on original rows differ, of other training rows.
// std::nullopt, with the reason in `notes`, without held-out rows, with too few rows, or where no column is told.
// Throws Error(unavailable) as learner.h.
std::optional<GlobalUtility> measure_global_utility(const ComparedTables& tables, std::uint64_t seed,
                                                    threads::ThreadPool& pool, std::vector<Note>& notes);

}  // namespace ctgan::synth::evaluate
