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
inline constexpr std::size_t k_most_trial_rows = 8000;
inline constexpr std::size_t k_least_trial_rows = 500;

// Whether a table of so many rows has enough for a trial.
bool is_enough_for_trial(std::size_t rows);

// The rows of a trial, the same for all that is tried of a table. Deterministic.
class Trial {
 public:
  // REQUIRES: is_enough_for_trial(training.rows).
  Trial(const Variables& variables, const TrainingStates& training, std::uint64_t seed);

  TrialScore of(const VisitOrder& order, const Growth& growth, const model::FitContext& context) const;

 private:
  std::vector<std::vector<State>> draw(const SequentialTrees& trees, std::uint64_t seed,
                                       threads::ThreadPool& pool) const;

  const Variables& variables_;
  TrainingStates fitted_, unseen_;
};

// The first, unless another is clearly better, by more than chance makes two trials differ: harder to detect without
// betraying more, or betraying less where the other betrays rows and no easier to detect. REQUIRES: not empty.
std::size_t best_of(const std::vector<TrialScore>& scores);

// Rows of a leaf: many, which betray least, unless drawn rows are clearly easier to detect with these than with few;
// then few where these keep training rows hidden, else a number between.
inline constexpr std::size_t k_few_leaf_rows = 10, k_middle_leaf_rows = 20, k_many_leaf_rows = 50;
std::size_t best_leaf_rows(const TrialScore& few, const TrialScore& many);

}  // namespace ctgan::synth::trees
