#include "server/synth/transforms/frequent_values.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ctgan::synth::transforms {
namespace {

double distance_to_neighbour(const std::vector<double>& values, std::size_t at) {
  double distance = std::numeric_limits<double>::infinity();
  if (at > 0) distance = values[at] - values[at - 1];
  if (at + 1 < values.size()) distance = std::min(distance, values[at + 1] - values[at]);
  return distance;
}

}  // namespace

FrequentValues FrequentValues::of(const DistinctValues& column, double step) {
  const double least = std::max(k_least_share * static_cast<double>(column.rows), k_least_rows);
  std::vector<FrequentValue> found;
  for (std::size_t i = 0; i < column.values.size(); ++i) {
    if (column.counts[i] < least) continue;
    const double half = distance_to_neighbour(column.values, i) / 2;
    if (!std::isfinite(half) || half < std::numeric_limits<double>::min()) continue;
    const double reach = std::ldexp(1.0, std::ilogb(half));
    if (reach >= step) found.push_back({column.values[i], reach});
  }
  return FrequentValues(std::move(found));
}

double FrequentValues::settled(double number) const {
  const auto above =
      std::lower_bound(values_.begin(), values_.end(), number,
                       [](const FrequentValue& frequent, double wanted) { return frequent.value < wanted; });
  if (above != values_.end() && above->value - number <= above->reach) return above->value;
  if (above != values_.begin() && number - std::prev(above)->value <= std::prev(above)->reach)
    return std::prev(above)->value;
  return number;
}

}  // namespace ctgan::synth::transforms
