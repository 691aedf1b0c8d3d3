// The findings of quality: the score, and columns of which the mean says nothing. Part of judgement.h.
#pragma once

#include <vector>

#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

// At most one finding a column, the worst.
void append_quality(const Evaluation& evaluation, std::vector<Finding>& findings);

}  // namespace ctgan::synth::evaluate
