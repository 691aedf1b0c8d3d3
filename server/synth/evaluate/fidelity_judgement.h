// What it means that the synthetic table falls short of what held-out rows attain. Part of judgement.h.
#pragma once

#include <vector>

#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

// "information" and "coverage", in the section of quality: by what is certain of the shortfall, the interval's lower
// end, so that few held-out rows accuse nobody. Nothing without held-out rows.
void append_fidelity(const Evaluation& evaluation, std::vector<Finding>& findings);

// "global_utility", in the section of utility, likewise.
void append_global_utility(const Evaluation& evaluation, std::vector<Finding>& findings);

}  // namespace ctgan::synth::evaluate
