// The parameters of one Linear layer, as PyTorch names and starts them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "server/synth/networks/parameter_arena.h"

namespace ctgan::synth::networks {

// Appends NAME.weight (outputs x inputs) and NAME.bias, both uniform in +-1/sqrt(inputs).
void add_linear(std::vector<Parameter>& parameters, const std::string& name, std::size_t inputs,
                std::size_t outputs);

}  // namespace ctgan::synth::networks
