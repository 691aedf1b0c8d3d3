#include "server/synth/codecs/integer_axis.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "common/errors/error.h"

namespace ctgan::synth::codecs {
namespace {

// Modulo 2^64, which is right wherever the distance fits.
std::uint64_t distance(std::int64_t from, std::int64_t to) {
  return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
}

}  // namespace

IntegerAxis::IntegerAxis(std::int64_t origin, std::int64_t step, std::int64_t least, std::int64_t greatest)
    : origin_(origin), step_(step), least_(least), greatest_(greatest) {}

IntegerAxis IntegerAxis::around(std::span<const std::int64_t> values, std::int64_t step) {
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  IntegerAxis axis(0, std::max<std::int64_t>(step, 1), *least, *greatest);
  if (step == 0) {
    std::uint64_t common = 0;
    for (const std::int64_t value : values) common = std::gcd(common, distance(*least, value));
    axis.step_ = common > 0 && common <= std::uint64_t{INT64_MAX} ? static_cast<std::int64_t>(common) : 1;
    axis.origin_ = *least;
  } else if (*least < -k_exact_integers || *greatest > k_exact_integers) {
    axis.origin_ = *least;
  }
  return axis;
}

double IntegerAxis::position(std::int64_t value) const {
  const double far = value >= origin_ ? static_cast<double>(distance(origin_, value))
                                      : -static_cast<double>(distance(value, origin_));
  return step_ == 1 ? far : far / static_cast<double>(step_);
}

std::vector<double> IntegerAxis::positions(std::span<const std::int64_t> values) const {
  std::vector<double> found(values.size());
  std::transform(values.begin(), values.end(), found.begin(),
                 [this](std::int64_t value) { return position(value); });
  return found;
}

std::int64_t IntegerAxis::value(double position, bool keep_range) const {
  constexpr double k_above_all = 0x1p63;
  const double far = std::round(position) * static_cast<double>(step_);
  std::int64_t found = 0;
  const bool inside = far > -k_above_all && far < k_above_all;
  if (!inside || __builtin_add_overflow(origin_, static_cast<std::int64_t>(far), &found))
    found = far > 0 ? INT64_MAX : INT64_MIN;
  return keep_range ? std::clamp(found, least_, greatest_) : found;
}

IntegerAxis IntegerAxis::take(const std::string& column, const ColumnRecord& record) {
  const std::vector<std::int64_t>& facts = record.need_integers(column, "axis");
  if (facts.size() != 4 || facts[1] < 1 || facts[2] > facts[3])
    throw errors::Error(errors::Kind::bad_data,
                        "column " + errors::quoted(column) + " has an 'axis' without values");
  return {facts[0], facts[1], facts[2], facts[3]};
}

}  // namespace ctgan::synth::codecs
