// What serves a table best of orders of columns and sizes of leaves: trees of each are grown on a part of its rows and
// judged by another part that they have not seen.
#pragma once

#include <cstdint>
#include <vector>

#include "server/synth/model/monitor.h"
#include "server/synth/trees/sequential_trees.h"

namespace ctgan::synth::trees {

// Of drawn rows against unseen ones.
struct TrialScore {
  // Area under the curve with which boosted trees tell drawn rows from unseen ones, each half of the rows judged by
  // the trees of the other half: 0.5 where they cannot.
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

// Beyond what chance makes two trials differ, so far that it is worth what smaller leaves betray.
bool is_much_harder_to_detect(const TrialScore& score, const TrialScore& than);
// Whether the rows that were fitted to can hardly be told from others.
bool hides_rows(const TrialScore& score);

}  // namespace ctgan::synth::trees
