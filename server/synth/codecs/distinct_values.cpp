#include "server/synth/codecs/distinct_values.h"

#include <algorithm>

namespace ctgan::synth::codecs {

DistinctValues DistinctValues::of(std::span<const double> column) {
  std::vector<double> sorted(column.begin(), column.end());
  if (!std::is_sorted(sorted.begin(), sorted.end())) std::sort(sorted.begin(), sorted.end());
  DistinctValues distinct;
  distinct.rows = sorted.size();
  for (const double value : sorted) {
    if (distinct.values.empty() || distinct.values.back() != value) {
      distinct.values.push_back(value);
      distinct.counts.push_back(0);
    }
    distinct.counts.back() += 1;
  }
  return distinct;
}

double DistinctValues::quantile(double share) const {
  double left = share * static_cast<double>(rows);
  for (std::size_t i = 0; i + 1 < values.size(); ++i) {
    left -= counts[i];
    if (left <= 0) return values[i];
  }
  return values.back();
}

}  // namespace ctgan::synth::codecs
