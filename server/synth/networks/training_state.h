// What a training has come to, between two steps.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "server/synth/networks/parameter_arena.h"

namespace ctgan::synth::networks {

// All that a training changes of one network. A training that takes it goes on as the one that it came from, to the
// last bit where both do their arithmetic alike.
struct NetworkState {
  // All zero. `layout` is that of the network's arena.
  explicit NetworkState(const std::vector<Parameter>& layout)
      : values(layout), mean(layout), square(layout) {}

  ParameterArena values;        // with the running statistics
  ParameterArena mean, square;  // Adam's moments of the trained parameters; zero elsewhere
  std::int64_t steps = 0;       // that Adam has taken
};

}  // namespace ctgan::synth::networks
