// Whole numbers as doubles around an origin, and back: what numbers and dates share.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "server/synth/codecs/column_codec.h"

namespace ctgan::synth::codecs {

// Up to here doubles hold every whole number.
inline constexpr std::int64_t k_exact_integers = std::int64_t{1} << 53;

class IntegerAxis {
 public:
  IntegerAxis() = default;
  // `step` 0 finds the greatest common one. REQUIRES: not empty.
  static IntegerAxis around(std::span<const std::int64_t> values, std::int64_t step);
  // The record's "axis", which facts() wrote. Throws Error(bad_data) naming `column`.
  static IntegerAxis take(const std::string& column, const ColumnRecord& record);

  double position(std::int64_t value) const;
  std::vector<double> positions(std::span<const std::int64_t> values) const;
  // The nearest value; only inside the range if `keep_range`.
  std::int64_t value(double position, bool keep_range) const;
  std::int64_t step() const { return step_; }
  std::vector<std::int64_t> facts() const { return {origin_, step_, least_, greatest_}; }

 private:
  // Values are multiples of `step` (at least 1) away from `origin`, in [least, greatest].
  IntegerAxis(std::int64_t origin, std::int64_t step, std::int64_t least, std::int64_t greatest);

  std::int64_t origin_ = 0;
  std::int64_t step_ = 1;
  std::int64_t least_ = 0;
  std::int64_t greatest_ = 0;
};

}  // namespace ctgan::synth::codecs
