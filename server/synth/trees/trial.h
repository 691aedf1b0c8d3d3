// Which order of columns serves a table best: trees of each are grown on a part of its rows and judged by another
// part that they have not seen.
#pragma once

#include <cstdint>
#include <vector>

#include "server/synth/model/monitor.h"
#include "server/synth/trees/sequential_trees.h"

namespace ctgan::synth::trees {

// Of drawn rows against unseen ones.
struct TrialScore {
  // Area under the curve with which a tree tells drawn rows from unseen ones, each half of the rows judged by
  // the tree of the other half: 0.5 where it cannot.
  double detection = 0.5;
  // Area under the curve with which the distance to the closest drawn row, in bins, tells rows that were fitted
  // to from unseen ones: 0.5 where it cannot.
  double membership = 0.5;
};

// Rows that a trial takes, of either part, at most; and what it needs at least to say anything.
inline constexpr std::size_t k_most_trial_rows = 4000;
inline constexpr std::size_t k_least_trial_rows = 500;

// Whether a table of so many rows has enough for a trial.
bool is_enough_for_trial(std::size_t rows);

// REQUIRES: is_enough_for_trial(training.rows). Deterministic.
TrialScore try_out(const VisitOrder& order, const Variables& variables, const TrainingStates& training,
                   const Growth& growth, const model::FitContext& context);

// Of those whose membership is within .02 of the least, the one with the least detection; the first of equals.
// REQUIRES: not empty.
std::size_t best_of(const std::vector<TrialScore>& scores);

}  // namespace ctgan::synth::trees
