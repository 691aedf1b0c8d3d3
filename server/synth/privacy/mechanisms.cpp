#include "server/synth/privacy/mechanisms.h"

#include <algorithm>
#include <cmath>

#include "common/errors/error.h"
#include "common/guarantees/zcdp.h"
#include "server/synth/privacy/exact_noise.h"
#include "server/synth/privacy/exponential_mechanism.h"

namespace ctgan::synth::privacy {

namespace {

// Less noise than this moves no count: nothing would be gained by paying for it.
DiscreteGaussian noise_of(double sigma) {
  constexpr double k_least = 1.0 / 1024;
  return DiscreteGaussian(std::max(sigma, k_least));
}

// Of noisy_numbers: how fine its grid is, in steps to a sensitivity, for noise of so many sensitivities. Fine enough to lose
// nothing, and no finer than noise can be drawn on.
double grid_steps(double sigma) {
  constexpr double k_finest = 1024, k_widest = 1U << 23U;
  double steps = k_finest;
  while (steps > 1 && sigma * steps > k_widest) steps /= 2;
  return steps;
}

// By how many steps one unit moves so many numbers together (L2): each by a sensitivity, by one step more where it is
// rounded down to a step, and by one for what was rounded when it was computed.
double moved_steps(double steps, std::size_t numbers) {
  return (steps + 2) * std::sqrt(static_cast<double>(numbers));
}

void require_rho(const Accountant& accountant) {
  if (accountant.composition() == Composition::pure)
    throw errors::Error(errors::Kind::internal, "Gaussian noise has no epsilon without a delta");
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
  return guarantees::gaussian_rho(sensitivity, drawn_sigma(sigma));
}

std::vector<std::int64_t> Mechanisms::noisy_counts(const std::string& stage,
                                                   std::span<const std::uint64_t> exact, double sensitivity,
                                                   double sigma) {
  require_rho(accountant_);
  const DiscreteGaussian noise = noise_of(sigma);
  accountant_.spend({.stage = stage,
                     .mechanism = "discrete Gaussian",
                     .sensitivity = sensitivity,
                     .scale = noise.sigma(),
                     .cost = guarantees::gaussian_rho(sensitivity, noise.sigma())});
  std::vector<std::int64_t> noisy;
  noisy.reserve(exact.size());
  for (const std::uint64_t count : exact)
    noisy.push_back(static_cast<std::int64_t>(count) + noise.draw(bits_));
  return noisy;
}

double noise_cost_of_numbers(std::size_t numbers, double sensitivity, double sigma) {
  const double steps = grid_steps(sigma / sensitivity);
  return noise_cost(moved_steps(steps, numbers), sigma / sensitivity * steps);
}

double sigma_of_numbers(std::size_t numbers, double sensitivity, double rho) {
  for (double steps = grid_steps(0);; steps /= 2) {
    const double sigma = moved_steps(steps, numbers) / steps / std::sqrt(2 * rho);
    if (steps == 1 || grid_steps(sigma) == steps) return sensitivity * sigma;
  }
}

double drawn_laplace_scale(double scale) {
  return DiscreteLaplace(scale).scale();
}

// Of what is epsilon-differentially private, in what the accountant counts.
double Mechanisms::cost_of_pure(double epsilon, double rho) const {
  return accountant_.composition() == Composition::pure ? epsilon : rho;
}

std::vector<std::int64_t> Mechanisms::laplace_counts(const std::string& stage,
                                                     std::span<const std::uint64_t> exact, double sensitivity,
                                                     double scale) {
  const DiscreteLaplace noise(scale);
  const double epsilon = sensitivity / noise.scale();
  accountant_.spend({.stage = stage,
                     .mechanism = "discrete Laplace",
                     .sensitivity = sensitivity,
                     .scale = noise.scale(),
                     .cost = cost_of_pure(epsilon, guarantees::pure_rho(epsilon))});
  std::vector<std::int64_t> noisy;
  noisy.reserve(exact.size());
  for (const std::uint64_t count : exact)
    noisy.push_back(static_cast<std::int64_t>(count) + noise.draw(bits_));
  return noisy;
}

std::vector<double> Mechanisms::noisy_numbers(const std::string& stage, std::span<const double> exact,
                                              double sensitivity, double sigma) {
  const double step = sensitivity / grid_steps(sigma / sensitivity);
  require_rho(accountant_);
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
                     .cost = cost_of_pure(epsilon, guarantees::exponential_rho(epsilon))});
  return exponential_mechanism(bits_, scores, sensitivity, epsilon);
}

std::vector<std::size_t> Mechanisms::choose_in_parts(const std::string& stage,
                                                     std::span<const std::vector<double>> scores,
                                                     double sensitivity, double epsilon) {
  accountant_.spend({.stage = stage,
                     .mechanism = "exponential",
                     .sensitivity = sensitivity,
                     .scale = epsilon,
                     .cost = cost_of_pure(epsilon, guarantees::exponential_rho(epsilon))});
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
  require_rho(accountant_);
  const DiscreteGaussian noise = noise_of(sigma);
  const double sensitivity = std::sqrt(static_cast<double>(most_values));
  accountant_.spend({.stage = stage,
                     .mechanism = "Gaussian threshold",
                     .sensitivity = sensitivity,
                     .scale = noise.sigma(),
                     .cost = guarantees::gaussian_rho(sensitivity, noise.sigma()),
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
                     .cost = cost_of_pure(need.epsilon, guarantees::pure_rho(need.epsilon))});
  return {noise, bits_};
}

PaidTraining Mechanisms::train(const std::string& stage, const SampledTraining& training) {
  const SampledTraining sampled = PaidTraining::drawn_training(training);
  const double multiplier = accountant_.spend_rest(stage, sampled);
  return {sampled, multiplier, bits_};
}

PaidVotes Mechanisms::votes(const std::string& stage, std::uint64_t questions, double sigma) {
  require_rho(accountant_);
  const DiscreteGaussian noise = noise_of(sigma);
  accountant_.spend({.stage = stage,
                     .mechanism = "discrete Gaussian of votes",
                     .sensitivity = 1,
                     .scale = noise.sigma(),
                     .times = questions,
                     .cost = guarantees::gaussian_rho(1, noise.sigma())});
  return {noise, questions, bits_};
}

}  // namespace ctgan::synth::privacy
