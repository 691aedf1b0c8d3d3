// A choice by scores that the confidential rows decide: the exponential mechanism (McSherry and Talwar, "Mechanism
// design via differential privacy", FOCS 2007), drawn exactly.
#pragma once

#include <cstddef>
#include <span>

#include "server/synth/privacy/noise_bits.h"

namespace ctgan::synth::privacy {

// Candidate i with probability proportional to exp(epsilon score_i / (2 sensitivity)), which is epsilon-differentially
// private and epsilon^2 / 8 zero-concentrated (Cesar and Rogers, "Bounding, concentrating, and truncating", ALT 2021:
// its range is bounded). `sensitivity` is how far one row can move any score, either way.
//
// Scores are taken in steps of sensitivity / 2^16, and what that adds to their sensitivity is made up for by a smaller
// epsilon: no logarithm and no power of a score is ever rounded. REQUIRES: a candidate; finite scores, at most 2^40
// sensitivities apart, and computed with an error of less than half a step; sensitivity > 0; 0 < epsilon <= 2^10.
std::size_t exponential_mechanism(NoiseBits& bits, std::span<const double> scores, double sensitivity,
                                  double epsilon);

}  // namespace ctgan::synth::privacy
