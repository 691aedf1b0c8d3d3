// The grid on which the numbers of a column lie.
#pragma once

#include "server/synth/codecs/distinct_values.h"

namespace ctgan::synth::codecs {

// The greatest step between a column's values, if it is more than `step`, what they are written with; else 0.
// Of few values nothing is said, nor where `step` is 0. REQUIRES: a row.
double common_step(const DistinctValues& column, double step);

}  // namespace ctgan::synth::codecs
