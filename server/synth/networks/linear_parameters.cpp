#include "server/synth/networks/linear_parameters.h"

#include <cmath>

namespace ctgan::synth::networks {

void add_linear(std::vector<Parameter>& parameters, const std::string& name, std::size_t inputs,
                std::size_t outputs) {
  const double spread = 1.0 / std::sqrt(static_cast<double>(inputs));
  parameters.push_back({.name = name + ".weight", .shape = {outputs, inputs}, .spread = spread});
  parameters.push_back({.name = name + ".bias", .shape = {outputs}, .spread = spread});
}

}  // namespace ctgan::synth::networks
