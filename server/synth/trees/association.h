// How much two variables say of each other.
#pragma once

#include <vector>

#include "server/synth/trees/variables.h"

namespace ctgan::synth::trees {

// Entry [a][b]: mutual information of the variables' bins, at most 16 each, on a part of the rows, as a share of
// the smaller of the two entropies: 0 to 1.
std::vector<std::vector<double>> associations(const Variables& variables, const TrainingStates& training);

}  // namespace ctgan::synth::trees
