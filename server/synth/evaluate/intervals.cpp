#include "server/synth/evaluate/intervals.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace ctgan::synth::evaluate {
namespace {

constexpr double k_z = 1.959963984540054;  // of 95 %

double bounded(double value) {
  return std::clamp(value, 0.0, 1.0);
}

// What a normal number exceeds on either side with 0.05 / comparisons, by halving.
double z_of(std::size_t comparisons) {
  if (comparisons == 1) return k_z;
  const double outside = 0.05 / static_cast<double>(comparisons);
  double low = k_z;
  double high = 40;  // where a double's tail ends
  for (double z = std::midpoint(low, high); low < z && z < high; z = std::midpoint(low, high)) {
    (std::erfc(z / std::numbers::sqrt2) > outside ? low : high) = z;
  }
  return high;
}

Estimate wilson(double successes, double trials, double z) {
  const double denominator = trials + z * z;
  const double centre = (successes + z * z / 2) / denominator;
  const double error = z / denominator * std::sqrt(successes * (trials - successes) / trials + z * z / 4);
  return {centre, bounded(centre - error), bounded(centre + error)};
}

}  // namespace

double design_effect(std::span<const double> successes) {
  const double sum = std::accumulate(successes.begin(), successes.end(), 0.0);
  const double squares = std::inner_product(successes.begin(), successes.end(), successes.begin(), 0.0);
  return sum == 0 ? 1 : std::max(1.0, squares / sum);
}

Estimate attack_rate(double successes, double trials, const Doubt& doubt) {
  const Estimate ends =
      wilson(successes / doubt.design_effect, trials / doubt.design_effect, z_of(doubt.comparisons));
  return {wilson(successes, trials, k_z).value, ends.low, ends.high};
}

Estimate share_of(double successes, double trials) {
  const Estimate ends = wilson(successes, trials, k_z);
  const double share = successes / trials;
  return {share, std::min(ends.low, share), std::max(ends.high, share)};
}

Estimate attack_risk(const Estimate& main, const Estimate& control) {
  const double failing = 1 - main.value;
  const double margin = 1 - control.value;
  if (margin <= 0) return {0, 0, 1};
  const auto less = [](double value, double distance) { return value * value - distance * distance; };
  const auto sum = [&](double first, double second) {
    const double product = failing * margin;
    return product + std::sqrt(std::max(0.0, product * product - first * second));
  };
  const double most = less(failing, main.value - main.low);
  const double least_margin = less(margin, control.high - control.value);
  const double least = less(failing, main.high - main.value);
  const double most_margin = less(margin, control.value - control.low);
  const double low = least_margin > 0 ? 1 - sum(most, least_margin) / least_margin : 0;
  const double high = least > 0 ? 1 - least / sum(least, most_margin) : 1;
  return {bounded(1 - failing / margin), bounded(low), bounded(high)};
}

Estimate difference(const Estimate& first, const Estimate& second) {
  const double gap = first.value - second.value;
  return {gap, gap - std::hypot(first.value - first.low, second.high - second.value),
          gap + std::hypot(first.high - first.value, second.value - second.low)};
}

Estimate difference_of_shares(double a, double n, double b, double m) {
  return difference(share_of(a, n), share_of(b, m));
}

}  // namespace ctgan::synth::evaluate
