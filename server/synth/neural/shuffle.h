// Puts numbers into a random order.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "server/synth/random/random.h"

namespace ctgan::synth::neural {

// Every order comes equally often (Fisher and Yates, as Durstenfeld 1964).
inline void shuffle(std::vector<std::uint32_t>& values, random::Stream& random) {
  for (std::size_t i = values.size(); i > 1; --i)
    std::swap(values[i - 1], values[random.next_below(static_cast<std::uint32_t>(i))]);
}

}  // namespace ctgan::synth::neural
