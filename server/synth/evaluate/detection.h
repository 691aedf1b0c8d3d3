// How well a learner tells synthetic rows from real ones: the classifier two-sample test (C2ST; Lopez-Paz and
// Oquab, ICLR 2017) with the gradient-boosted trees of learner.h, cross-validated in k_folds folds.
//
//   area     the mean over the folds of the area under the curve; its interval is that of a cross-validated
//            area (LeDell, Petersen, van der Laan, 2015): for the trees that were grown, not for others
//   score    1 - mean over the folds of (2 max(area, 1/2) - 1), 1 is best: SDMetrics' DetectionMetric and the
//            C2ST of TabSyn (Zhang et al., ICLR 2024)
//
// Synthetic rows are held against training rows, as the field does, and against held-out rows: a model that
// repeats its training rows is hard to tell from these and easy from others.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/evaluate/columns.h"
#include "server/synth/evaluate/evaluation.h"
#include "server/synth/evaluate/utility.h"

namespace ctgan::synth::evaluate {

inline constexpr std::size_t k_folds = 3;

// The score of the folds' areas. REQUIRES: at least one.
double detection_score(std::span<const double> areas);

// As many training as synthetic rows, and the three comparisons of matched_rows.h.
// std::nullopt, with the reason in `notes`, with too few training or synthetic rows; without Detection::unseen,
// with a note, with too few held-out ones. Throws Error(unavailable) as learner.h.
std::optional<Detection> measure_detection(const ComparedTables& tables, const LearnerOptions& options,
                                           threads::ThreadPool& pool, std::vector<Note>& notes);

}  // namespace ctgan::synth::evaluate
