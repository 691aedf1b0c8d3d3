// A column's numbers, each once: what fitting a column looks at.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ctgan::synth::transforms {

struct DistinctValues {
  std::vector<double> values;  // ascending
  std::vector<double> counts;  // rows with each, at least one
  std::size_t rows = 0;

  static DistinctValues of(std::span<const double> column);
};

}  // namespace ctgan::synth::transforms
