// The option of a network that lists the sizes of its layers.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "common/options/option_spec.h"

namespace ctgan::synth::neural {

// Option `name` of `options`, a list of whole numbers that are not negative.
inline std::vector<std::size_t> layer_sizes(const options::Values& options, std::string_view name) {
  const std::vector<std::int64_t>& sizes = options.integers(name);
  return {sizes.begin(), sizes.end()};
}

}  // namespace ctgan::synth::neural
