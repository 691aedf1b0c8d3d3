// One score out of several: logistic regression whose two classes weigh the same, each row scored by a fit
// that did not see it. Inputs are centred and scaled by all rows together, which says nothing of a class.
#pragma once

#include <cstdint>
#include <vector>

#include "server/synth/evaluate/membership_scores.h"

namespace ctgan::synth::evaluate {

inline constexpr std::size_t k_combination_folds = 5;

// The log odds, by the folds' fits. Folds are drawn by seed, of each class its share. REQUIRES: inputs, of the
// same numbers of members and others.
TestedScores cross_fitted(const std::vector<TestedScores>& inputs, std::uint64_t seed);

}  // namespace ctgan::synth::evaluate
