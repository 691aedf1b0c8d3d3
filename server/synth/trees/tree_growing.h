// Growing one classification or regression tree (Breiman, Friedman, Olshen, Stone 1984) on binned predictors.
// Of all cuts of all predictors that leave `min_leaf` rows on either side, the one is taken that leaves least
// impurity: Gini's for classes, the variance for numbers, whose targets are their ranks, so that a long tail
// does not decide where to cut. Nodes are cut while that lowers impurity at all; there is no pruning.
//
// Parts of many rows are cut by histograms, of which a part needs only its smaller half's rows; parts of few rows, and
// of very many classes, by lists that are sorted once and divided in place. Sums are of integers: the same tree in any
// order of summation.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "server/synth/trees/tree.h"

namespace ctgan::synth::trees {

// What a tree is grown on; all of the same rows.
struct TreeTask {
  std::span<const State> target;  // a state a row
  std::size_t target_states = 0;
  // The target's number as a rank of 0 to 65,535; empty: the states are classes.
  std::span<const std::uint16_t> ranks;
  std::span<const Predictor> predictors;
  std::vector<std::span<const State>> predictor_states;  // of each predictor, a state a row
  std::size_t min_leaf = 1;
};

// `check_stop` is called now and then and may throw. REQUIRES: a row; fewer than 2^31 rows; min_leaf > 0.
Tree grow(const TreeTask& task, const std::function<void()>& check_stop);

}  // namespace ctgan::synth::trees
