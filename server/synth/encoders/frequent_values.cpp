#include "server/synth/encoders/frequent_values.h"

#include <algorithm>
#include <cmath>

namespace ctgan::synth::encoders {

FrequentValues FrequentValues::list(const std::vector<double>& values) {
  std::vector<FrequentValue> found;
  for (std::size_t i = 0; i < values.size(); ++i) {
    double reach = 0;
    if (i > 0) reach = values[i] / 2 - values[i - 1] / 2;
    if (i + 1 < values.size()) reach = std::max(reach, values[i + 1] / 2 - values[i] / 2);
    // Rounded up, so that no number between two values is left out.
    if (reach > 0) found.push_back({values[i], std::nextafter(reach, HUGE_VAL)});
  }
  return FrequentValues(std::move(found));
}

double FrequentValues::settled(double number) const {
  if (values_.empty()) return number;
  auto nearest =
      std::lower_bound(values_.begin(), values_.end(), number,
                       [](const FrequentValue& frequent, double wanted) { return frequent.value < wanted; });
  if (nearest == values_.end() ||
      (nearest != values_.begin() && number - std::prev(nearest)->value < nearest->value - number))
    --nearest;
  return std::abs(nearest->value - number) <= nearest->reach ? nearest->value : number;
}

}  // namespace ctgan::synth::encoders
