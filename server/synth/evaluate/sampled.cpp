#include "server/synth/evaluate/sampled.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ctgan::synth::evaluate {
namespace {

constexpr double k_z = 1.959963984540054;  // of 95 %

}  // namespace

double variance_of_mean(std::span<const double> values) {
  if (values.size() < 2) return 0;
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return squares / (count - 1) / count;
}

double variance_of_drawn(std::span<const double> values, double all) {
  const double left = all <= 0 ? 0 : 1 - static_cast<double>(values.size()) / all;
  return std::max(0.0, left) * variance_of_mean(values);
}

Estimate estimate_of(double value, double variance, double least, double greatest) {
  const double error = k_z * std::sqrt(variance);
  return {value, std::min(value, std::max(least, value - error)),
          std::max(value, std::min(greatest, value + error))};
}

}  // namespace ctgan::synth::evaluate
