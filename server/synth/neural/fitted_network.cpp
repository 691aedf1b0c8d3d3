#include "server/synth/neural/fitted_network.h"

#include <utility>

#include "server/synth/sampling/column_categories.h"

namespace ctgan::synth::neural {

FittedNetwork::FittedNetwork(NetworkParts parts)
    : parts_(std::move(parts)), metadata_(parts_.encoder.metadata()) {}

std::vector<model::Category> FittedNetwork::categories(std::size_t column) const {
  return sampling::categories_of(parts_.encoder.codec(), column);
}

}  // namespace ctgan::synth::neural
