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

// The least z, to a millionth, that a standard normal exceeds with probability `tail` at most.
double normal_quantile_above(double tail) {
  constexpr double k_most = 40, k_precision = 1e-6;
  double fails = 0, holds = k_most;
  while (holds - fails > k_precision) {
    const double middle = (holds + fails) / 2;
    (std::erfc(middle / std::sqrt(2.0)) / 2 <= tail ? holds : fails) = middle;
  }
  return holds;
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

std::vector<std::size_t> Mechanisms::choose_in_parts(const std::string& stage,
                                                     std::span<const std::vector<double>> scores,
                                                     double sensitivity, double epsilon) {
  accountant_.spend({.stage = stage,
                     .mechanism = "exponential",
                     .sensitivity = sensitivity,
                     .scale = epsilon,
                     .cost = exponential_rho(epsilon)});
  std::vector<std::size_t> chosen;
  for (const std::vector<double>& part : scores)
    chosen.push_back(exponential_mechanism(bits_, part, sensitivity, epsilon));
  return chosen;
}

// A value that only one unit has counts 1 and passes where its noise is least - 1 or more. Discrete Gaussian noise is at
// least m no more often than continuous noise is at least m - 1 (Canonne, Kamath and Steinke 2020, proposition 25).
std::int64_t least_large_count(std::uint64_t most_values, double sigma, double delta) {
  const double tail = delta / static_cast<double>(most_values);
  return static_cast<std::int64_t>(std::ceil(drawn_sigma(sigma) * normal_quantile_above(tail))) + 2;
}

std::vector<std::optional<std::int64_t>> Mechanisms::large_counts(const std::string& stage,
                                                                  std::span<const std::uint64_t> exact,
                                                                  std::uint64_t most_values, double sigma,
                                                                  double delta) {
  const DiscreteGaussian noise = noise_of(sigma);
  const double sensitivity = std::sqrt(static_cast<double>(most_values));
  accountant_.spend({.stage = stage,
                     .mechanism = "Gaussian threshold",
                     .sensitivity = sensitivity,
                     .scale = noise.sigma(),
                     .cost = gaussian_rho(sensitivity, noise.sigma()),
                     .delta = delta});
  const std::int64_t least = least_large_count(most_values, sigma, delta);
  std::vector<std::optional<std::int64_t>> large;
  for (const std::uint64_t count : exact) {
    const std::int64_t noisy = static_cast<std::int64_t>(count) + noise.draw(bits_);
    large.push_back(noisy < least ? std::nullopt : std::optional(noisy));
  }
  return large;
}

PaidLaplace Mechanisms::laplace(const std::string& stage, const LaplaceNeed& need) {
  const DiscreteLaplace noise(need.scale * need.unit);
  accountant_.spend({.stage = stage,
                     .mechanism = need.algorithm,
                     .sensitivity = need.sensitivity,
                     .scale = noise.scale() / need.unit,
                     .cost = pure_rho(need.epsilon)});
  return {noise, bits_};
}

}  // namespace ctgan::synth::privacy
