#include "server/synth/evaluate/intervals.h"

#include <algorithm>
#include <cmath>

namespace ctgan::synth::evaluate {
namespace {

constexpr double k_z = 1.959963984540054;  // of 95 %

double bounded(double value) {
  return std::clamp(value, 0.0, 1.0);
}

}  // namespace

Estimate attack_rate(double successes, double trials) {
  const double denominator = trials + k_z * k_z;
  const double centre = (successes + k_z * k_z / 2) / denominator;
  const double error =
      k_z / denominator * std::sqrt(successes * (trials - successes) / trials + k_z * k_z / 4);
  return {centre, bounded(centre - error), bounded(centre + error)};
}

Estimate share_of(double successes, double trials) {
  const Estimate wilson = attack_rate(successes, trials);
  const double share = successes / trials;
  return {share, std::min(wilson.low, share), std::max(wilson.high, share)};
}

Estimate attack_risk(const Estimate& main, const Estimate& control) {
  const double margin = 1 - control.value;
  if (margin <= 0) return {0, 0, 1};
  const double risk = (main.value - control.value) / margin;
  const double main_error = (main.high - main.value) / margin;
  const double control_error = (control.high - control.value) * (main.value - 1) / (margin * margin);
  const double error = std::hypot(main_error, control_error);
  return {bounded(risk), bounded(risk - error), bounded(risk + error)};
}

Estimate difference_of_shares(double a, double n, double b, double m) {
  const Estimate first = share_of(a, n);
  const Estimate second = share_of(b, m);
  const double difference = first.value - second.value;
  return {difference, difference - std::hypot(first.value - first.low, second.high - second.value),
          difference + std::hypot(first.high - first.value, second.value - second.low)};
}

}  // namespace ctgan::synth::evaluate
