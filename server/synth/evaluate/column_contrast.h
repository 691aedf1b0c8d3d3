// What the mean over a column hides: values that are gone, shares that changed by a factor.
#pragma once

#include "server/synth/evaluate/columns.h"
#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

// A share that changed by less is not distorted.
inline constexpr double k_distorting_factor = 3;
// The shares of numbers are looked at in columns of at most as many different ones.
inline constexpr std::size_t k_most_shared_numbers = 50;

// REQUIRES: the column was not left out.
ColumnContrast contrast_of(const ComparedColumn& column);

}  // namespace ctgan::synth::evaluate
