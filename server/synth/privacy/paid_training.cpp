#include "server/synth/privacy/paid_training.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "common/errors/error.h"
#include "server/synth/privacy/exact_noise.h"

namespace ctgan::synth::privacy {
namespace {

constexpr double k_coin_sides = 4294967296.0;  // 2^32

// Of a bound. As fine as noise can be drawn on.
double grid_step(double noise_multiplier) {
  constexpr double k_finest = 1 << 20, k_widest = 1 << 23, k_coarsest = 1 << 10;
  double steps = k_finest;
  while (noise_multiplier * steps > k_widest && steps > 1) steps /= 2;
  while (noise_multiplier * steps < k_coarsest) steps *= 2;
  return 1 / steps;
}

}  // namespace

SampledTraining PaidTraining::drawn_training(SampledTraining training) {
  training.rate = std::floor(training.rate * k_coin_sides) / k_coin_sides;
  return training;
}

std::vector<std::uint32_t> PaidTraining::sample(std::uint32_t units) {
  if (samples_ != sums_ || samples_ == training_.steps)
    throw errors::Error(errors::Kind::internal, "more samples of rows were to be drawn than were paid for");
  ++samples_;
  const auto below = static_cast<std::uint64_t>(training_.rate * k_coin_sides);
  constexpr unsigned k_half = 32;
  std::vector<std::uint32_t> sampled;
  for (std::uint32_t unit = 0; unit < units; unit += 2) {
    const std::uint64_t word = bits_.next();
    if ((word >> k_half) < below) sampled.push_back(unit);
    if (unit + 1 < units && (word & UINT32_MAX) < below) sampled.push_back(unit + 1);
  }
  return sampled;
}

void PaidTraining::add_noise(std::span<double> sum, double bound, threads::ThreadPool& pool) {
  if (samples_ != sums_ + 1)
    throw errors::Error(errors::Kind::internal, "a sum over rows has no sample that was paid for");
  ++sums_;
  constexpr double k_arithmetic = 2e-6;  // what the sum over neighbouring tables may be off, in bounds
  constexpr std::size_t k_numbers_a_task = 2048;
  const double step = grid_step(noise_multiplier_);
  const double longer = 1 + k_arithmetic + step * std::sqrt(static_cast<double>(sum.size()));
  const DiscreteGaussian noise(noise_multiplier_ * longer / step);
  const double unit = step * bound;
  const std::size_t tasks = (sum.size() + k_numbers_a_task - 1) / k_numbers_a_task;
  std::vector<std::unique_ptr<NoiseBits>> bits;
  for (std::size_t task = 0; task < tasks; ++task) bits.push_back(bits_.others());
  pool.run(tasks, [&](std::size_t task) {
    const std::size_t first = task * k_numbers_a_task;
    for (double& number : sum.subspan(first, std::min(k_numbers_a_task, sum.size() - first))) {
      const double steps = std::round(number / unit);
      number = (steps + static_cast<double>(noise.draw(*bits[task]))) * unit;
    }
  });
}

}  // namespace ctgan::synth::privacy
