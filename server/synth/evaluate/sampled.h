// The error that a mean over rows, or over drawn columns, has by chance.
#pragma once

#include <span>

#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

// Variance of the mean of independent `values`; 0 of fewer than two.
double variance_of_mean(std::span<const double> values);

// Of a mean over `values` that were drawn without replacement from `all`: 0 when these are all.
double variance_of_drawn(std::span<const double> values, double all);

// The value with its 95 % interval, held within `least` and `greatest`.
Estimate estimate_of(double value, double variance, double least, double greatest);

}  // namespace ctgan::synth::evaluate
