// The findings about named keys. Part of privacy_judgement.h.
#pragma once

#include <vector>

#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

// "replicated_uniques" and "attribute_disclosure", the latter of the column whose lower end, widened for the
// choice, is highest; for good the upper ends of all columns must be within the limit. Nothing without held-out
// rows.
std::vector<Finding> judge(const KeyDisclosure& keys, std::size_t training_rows);

}  // namespace ctgan::synth::evaluate
