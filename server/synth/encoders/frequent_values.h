// Values that numbers of a column come to: a number within reach of the nearest of them becomes that value.
//
//     FrequentValues prices = FrequentValues::list({0.99, 1.99, 4.95});
//     prices.settled(2.3);   // 1.99
//
// A list reaches everything between its first and its last value, and beyond these as far as their neighbours
// are. Models of earlier times hold single values with a reach of their own.
#pragma once

#include <vector>

namespace ctgan::synth::encoders {

struct FrequentValue {
  double value = 0;
  double reach = 0;  // > 0: numbers at most that far away are the value

  bool operator==(const FrequentValue&) const = default;
};

class FrequentValues {
 public:
  FrequentValues() = default;
  // For loading. REQUIRES: ascending values, finite numbers, reach > 0.
  explicit FrequentValues(std::vector<FrequentValue> values) : values_(std::move(values)) {}
  // REQUIRES: ascending; no single value.
  static FrequentValues list(const std::vector<double>& values);

  double settled(double number) const;
  const std::vector<FrequentValue>& values() const { return values_; }

 private:
  std::vector<FrequentValue> values_;
};

}  // namespace ctgan::synth::encoders
