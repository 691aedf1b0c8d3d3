#include "server/synth/encoders/value_axis.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ctgan::synth::encoders {
namespace {

// Columns with fewer values show no tail, nor do those that end within so many quartile distances.
constexpr std::size_t k_least_values = 30;
constexpr double k_long_tail = 6;

double finite(double value) {
  constexpr double k_greatest = std::numeric_limits<double>::max();
  return std::clamp(value, -k_greatest, k_greatest);
}

// Logarithms for a tail to the right; for one to the left `column` is its mirror image.
void add_logarithms(const codecs::DistinctValues& column, double direction, std::vector<ValueAxis>& axes) {
  const double least = column.values.front();
  if (least > 0) axes.emplace_back(ValueAxis::Kind::logarithm, 0.0, direction);
  double scale = column.quantile(0.1) - least;
  if (scale <= 0) scale = column.values[1] - least;
  const double origin = least - scale;
  if (origin < least && std::isfinite(origin) && scale >= std::numeric_limits<double>::min())
    axes.emplace_back(ValueAxis::Kind::logarithm, direction * origin, direction * scale);
}

codecs::DistinctValues mirrored(codecs::DistinctValues column) {
  std::reverse(column.values.begin(), column.values.end());
  std::reverse(column.counts.begin(), column.counts.end());
  for (double& value : column.values) value = -value;
  return column;
}

}  // namespace

std::vector<ValueAxis> ValueAxis::candidates(const codecs::DistinctValues& column) {
  std::vector<ValueAxis> axes;
  if (column.values.size() < k_least_values) return axes;
  const double middle = column.quantile(0.5);
  const double spread = column.quantile(0.75) - column.quantile(0.25);
  const double right = column.values.back() - middle;
  const double left = middle - column.values.front();
  if (!std::isfinite(right) || !std::isfinite(left)) return axes;
  if (std::max(right, left) <= k_long_tail * spread) return axes;
  if (right > left)
    add_logarithms(column, 1, axes);
  else
    add_logarithms(mirrored(column), -1, axes);
  if (std::min(right, left) > k_long_tail / 2 * spread && spread >= std::numeric_limits<double>::min())
    axes.emplace_back(Kind::asinh, middle, spread / 2);
  return axes;
}

double ValueAxis::to(double value) const {
  if (kind_ == Kind::linear) return value;
  const double far = (value - origin_) / unit_;
  if (kind_ == Kind::asinh) return std::asinh(far);
  const double position = std::log(std::max(far, std::numeric_limits<double>::min()));
  return unit_ > 0 ? position : -position;
}

double ValueAxis::from(double position) const {
  if (kind_ == Kind::linear) return position;
  if (kind_ == Kind::asinh) return finite(origin_ + unit_ * std::sinh(position));
  return finite(origin_ + unit_ * std::exp(unit_ > 0 ? position : -position));
}

double ValueAxis::slope(double value) const {
  if (kind_ == Kind::linear) return 1;
  const double far = (value - origin_) / unit_;
  if (kind_ == Kind::asinh) return 1 / (std::abs(unit_) * std::hypot(far, 1.0));
  return 1 / (std::abs(unit_) * std::max(far, std::numeric_limits<double>::min()));
}

}  // namespace ctgan::synth::encoders
