// A column's numbers, each once: what fitting a column looks at.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ctgan::synth::codecs {

struct DistinctValues {
  std::vector<double> values;  // ascending
  std::vector<double> counts;  // rows with each, at least one
  std::size_t rows = 0;

  static DistinctValues of(std::span<const double> column);

  // The value at or below which this share of the rows lies. REQUIRES: a row.
  double quantile(double share) const;
};

}  // namespace ctgan::synth::codecs
