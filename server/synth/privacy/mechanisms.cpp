#include "server/synth/privacy/mechanisms.h"

#include <algorithm>

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
