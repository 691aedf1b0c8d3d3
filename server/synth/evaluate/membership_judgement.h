// The findings about membership. Part of privacy_judgement.h.
#pragma once

#include <vector>

#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

// "membership" (AUC), "membership_tail" (TPR at 1 %) and "membership_epsilon", each of the attack that is
// certain of most (of the tail, by the bound of epsilon too); for good the upper ends of all attacks must be within
// the limit. "worst_affected" (AUC) and
// "worst_affected_copies", where somebody is apart from the others.
std::vector<Finding> judge(const Membership& membership);

}  // namespace ctgan::synth::evaluate
