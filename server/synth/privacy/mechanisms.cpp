#include "server/synth/privacy/mechanisms.h"

#include <algorithm>
#include <cmath>

#include "server/synth/privacy/exact_noise.h"
#include "server/synth/privacy/exponential_mechanism.h"
#include "server/synth/privacy/zcdp.h"

namespace ctgan::synth::privacy {

namespace {

// Less noise than this moves no count: nothing would be gained by paying for it.
DiscreteGaussian noise_of(double sigma) {
  constexpr double k_least = 1.0 / 1024;
  return DiscreteGaussian(std::max(sigma, k_least));
}

// Of noisy_numbers. With one unit a number moves by so many steps, by one more where it is rounded down to a step, and by
// one for what was rounded when it was computed.
constexpr double k_number_steps = 1024;
constexpr double k_moved_steps = k_number_steps + 2;

// Of all numbers together (L2), in steps.
double moved_steps(std::size_t numbers) {
  return k_moved_steps * std::sqrt(static_cast<double>(numbers));
}

}  // namespace

double drawn_sigma(double sigma) {
  return noise_of(sigma).sigma();
}

double noise_cost(double sensitivity, double sigma) {
  return gaussian_rho(sensitivity, drawn_sigma(sigma));
}

std::vector<std::int64_t> Mechanisms::noisy_counts(const std::string& stage,
                                                   std::span<const std::uint64_t> exact, double sensitivity,
                                                   double sigma) {
  const DiscreteGaussian noise = noise_of(sigma);
  accountant_.spend({.stage = stage,
                     .mechanism = "discrete Gaussian",
                     .sensitivity = sensitivity,
                     .scale = noise.sigma(),
                     .cost = gaussian_rho(sensitivity, noise.sigma())});
  std::vector<std::int64_t> noisy;
  noisy.reserve(exact.size());
  for (const std::uint64_t count : exact)
    noisy.push_back(static_cast<std::int64_t>(count) + noise.draw(bits_));
  return noisy;
}

double noise_cost_of_numbers(std::size_t numbers, double sensitivity, double sigma) {
  return noise_cost(moved_steps(numbers), sigma / sensitivity * k_number_steps);
}

double sigma_of_numbers(std::size_t numbers, double sensitivity, double rho) {
  return sensitivity * moved_steps(numbers) / k_number_steps / std::sqrt(2 * rho);
}

std::vector<double> Mechanisms::noisy_numbers(const std::string& stage, std::span<const double> exact,
                                              double sensitivity, double sigma) {
  const double step = sensitivity / k_number_steps;
  const DiscreteGaussian noise = noise_of(sigma / step);
  accountant_.spend({.stage = stage,
                     .mechanism = "discrete Gaussian",
                     .sensitivity = sensitivity * std::sqrt(static_cast<double>(exact.size())),
                     .scale = noise.sigma() * step,
                     .cost = noise_cost_of_numbers(exact.size(), sensitivity, sigma)});
  std::vector<double> noisy;
  noisy.reserve(exact.size());
  for (const double number : exact) {
    const auto steps = static_cast<std::int64_t>(std::floor(number / step));
    noisy.push_back(static_cast<double>(steps + noise.draw(bits_)) * step);
  }
  return noisy;
}

std::size_t Mechanisms::choose(const std::string& stage, std::span<const double> scores, double sensitivity,
                               double epsilon) {
  accountant_.spend({.stage = stage,
                     .mechanism = "exponential",
                     .sensitivity = sensitivity,
                     .scale = epsilon,
                     .cost = exponential_rho(epsilon)});
  return exponential_mechanism(bits_, scores, sensitivity, epsilon);
}

}  // namespace ctgan::synth::privacy
