// Values that many rows of a numeric column have exactly, such as the zeros of a gain that few people make.
// Mode-specific normalization gives them a Gaussian like all others, and what a generator draws near its mean
// is 1 or -3, where the column has nothing but 0 for a long way. A number that comes out nearer to a frequent
// value than to any other value of the column becomes that value.
//
//     FrequentValues frequent = FrequentValues::of(distinct, 1);
//     frequent.settled(-3.2);   // 0
//
// What is kept of the column: the frequent values, and for each how far it reaches, cut down to a power of
// two so that its neighbour, which may be one person's value, cannot be read off.
#pragma once

#include <vector>

#include "server/synth/transforms/distinct_values.h"

namespace ctgan::synth::transforms {

struct FrequentValue {
  double value = 0;
  double reach = 0;  // > 0: numbers at most that far away are the value

  bool operator==(const FrequentValue&) const = default;
};

class FrequentValues {
 public:
  static constexpr double k_least_share = 0.01;
  static constexpr double k_least_rows = 20;

  FrequentValues() = default;
  // For loading. REQUIRES: ascending values, finite numbers, reach > 0.
  explicit FrequentValues(std::vector<FrequentValue> values) : values_(std::move(values)) {}
  // The values of at least a hundredth of the rows, and of 20, with the largest power of two that is at most
  // half the way to their nearest neighbour; those that reach less than `step`, which rounding settles
  // anyway, are left out.
  static FrequentValues of(const DistinctValues& column, double step);

  double settled(double number) const;
  const std::vector<FrequentValue>& values() const { return values_; }

 private:
  std::vector<FrequentValue> values_;
};

}  // namespace ctgan::synth::transforms
