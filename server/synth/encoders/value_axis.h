// The axis on which the Gaussian modes of a column of numbers lie: the numbers themselves, their logarithm
// from an origin, or asinh, a logarithm on both sides of an origin. Incomes, durations and returns on a
// linear axis need most modes for their tail, and what is drawn around the least mode falls on the column's
// minimum. Increasing and continuous; to() and from() are each other's inverse up to rounding.
#pragma once

#include <vector>

#include "server/synth/codecs/distinct_values.h"

namespace ctgan::synth::encoders {

class ValueAxis {
 public:
  enum class Kind { linear, logarithm, asinh };

  ValueAxis() = default;
  // logarithm: of (value - origin) / unit, or with a negative unit its mirror image, so that the values are
  // all above or all below the origin. asinh: of (value - origin) / unit. REQUIRES: finite, unit not 0.
  ValueAxis(Kind kind, double origin, double unit) : kind_(kind), origin_(origin), unit_(unit) {}

  // Those that a column with long tails may lie on better than on a linear one; none for others. REQUIRES: a
  // row.
  static std::vector<ValueAxis> candidates(const codecs::DistinctValues& column);

  // Values on the wrong side of a logarithm's origin are taken for the ones next to it.
  double to(double value) const;
  double from(double position) const;  // finite
  double slope(double value) const;    // of to()

  Kind kind() const { return kind_; }
  double origin() const { return origin_; }
  double unit() const { return unit_; }

 private:
  Kind kind_ = Kind::linear;
  double origin_ = 0;
  double unit_ = 1;
};

}  // namespace ctgan::synth::encoders
