#include "server/synth/privacy/renyi.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "common/errors/error.h"

namespace ctgan::synth::privacy {
namespace {

constexpr double k_no_mass = -std::numeric_limits<double>::infinity();

double log_sum(double a, double b) {
  const double most = std::max(a, b);
  return most == k_no_mass ? most : most + std::log1p(std::exp(std::min(a, b) - most));
}

// REQUIRES: a >= b, up to rounding.
double log_difference(double a, double b) {
  if (b == k_no_mass) return a;
  return a <= b ? k_no_mass : a + std::log1p(-std::exp(b - a));
}

// Far out erfc itself is 0; its asymptotic series (Abramowitz and Stegun, 7.1.23) is exact to the last digit there.
double log_erfc(double x) {
  constexpr double k_far = 25;
  if (x < k_far) return std::log(std::erfc(x));
  const double square = x * x;
  const double series =
      1 - 1 / (2 * square) + 3 / (4 * square * square) - 15 / (8 * square * square * square);
  return -square - std::log(x) - std::log(std::numbers::pi) / 2 + std::log(series);
}

double log_binomial(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

// Equation 4 of section 3.3.
double log_moment_of_whole_order(double rate, double sigma, double order) {
  double sum = k_no_mass;
  for (double i = 0; i <= order; ++i) {
    const double term = log_binomial(order, i) + i * std::log(rate) + (order - i) * std::log1p(-rate) +
                        (i * i - i) / (2 * sigma * sigma);
    sum = log_sum(sum, term);
  }
  return sum;
}

// The series of section 3.3. Binomials of an order that is not whole change their sign from the order on.
double log_moment_of_order(double rate, double sigma, double order) {
  constexpr double k_negligible = -30;
  const double split = sigma * sigma * std::log(1 / rate - 1) + 0.5;
  const double width = std::numbers::sqrt2 * sigma;
  double positive = k_no_mass, negative = k_no_mass;
  double log_coefficient = 0;  // of |binomial(order, i)|
  bool is_negative = false;
  for (double i = 0;; ++i) {
    const double j = order - i;
    const auto half = [&](double many, double few, double z) {
      return log_coefficient + many * std::log(rate) + few * std::log1p(-rate) +
             (many * many - many) / (2 * sigma * sigma) + log_erfc(z / width) - std::numbers::ln2;
    };
    const double low = half(i, j, i - split), high = half(j, i, split - j);
    double& sum = is_negative ? negative : positive;
    sum = log_sum(sum, log_sum(low, high));
    if (std::max(low, high) < k_negligible && i > order) break;
    log_coefficient += std::log(std::abs(j)) - std::log(i + 1);
    if (j < 0) is_negative = !is_negative;
  }
  return log_difference(positive, negative);
}

std::vector<double> training_divergences(const SampledTraining& training, double noise_multiplier,
                                         const std::vector<double>& orders) {
  std::vector<double> divergences;
  divergences.reserve(orders.size());
  for (const double order : orders)
    divergences.push_back(static_cast<double>(training.steps) *
                          sampled_gaussian_renyi(training.rate, noise_multiplier, order));
  return divergences;
}

}  // namespace

std::vector<double> renyi_orders() {
  std::vector<double> orders;
  for (int tenths = 11; tenths < 110; ++tenths) orders.push_back(tenths / 10.0);
  for (int order = 11; order < 64; ++order) orders.push_back(order);
  for (int order = 64; order <= 1024; order += order / 8) orders.push_back(order);
  return orders;
}

double sampled_gaussian_renyi(double rate, double noise_multiplier, double order) {
  if (rate == 0) return 0;
  if (rate == 1) return order / (2 * noise_multiplier * noise_multiplier);
  // More than the series leaves out and rounding loses.
  constexpr double k_margin = 1e-12;
  const double log_moment = order == std::floor(order)
                                ? log_moment_of_whole_order(rate, noise_multiplier, order)
                                : log_moment_of_order(rate, noise_multiplier, order);
  return (std::max(0.0, log_moment) + k_margin) / (order - 1);
}

double laplace_renyi(double epsilon, double order) {
  const double first = std::log(order / (2 * order - 1)) + epsilon * (order - 1);
  const double second = std::log((order - 1) / (2 * order - 1)) - epsilon * order;
  return log_sum(first, second) / (order - 1);
}

double renyi_epsilon(std::span<const double> orders, std::span<const double> divergences, double delta) {
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const double order = orders[i];
    least = std::min(least, divergences[i] + std::log1p(-1 / order) - std::log(delta * order) / (order - 1));
  }
  return std::max(0.0, least);
}

double training_epsilon(const SampledTraining& training, double noise_multiplier, double delta, double rho) {
  const std::vector<double> orders = renyi_orders();
  std::vector<double> divergences = training_divergences(training, noise_multiplier, orders);
  for (std::size_t i = 0; i < orders.size(); ++i) divergences[i] += rho * orders[i];
  return renyi_epsilon(orders, divergences, delta);
}

double least_noise_multiplier(const SampledTraining& training, double epsilon, double delta, double rho) {
  constexpr double k_most = 1e6, k_precision = 1e-4;
  double fails = 0.1, holds = fails;
  while (training_epsilon(training, holds, delta, rho) > epsilon) {
    fails = holds;
    holds *= 2;
    if (holds > k_most) {
      throw errors::Error(
          errors::Kind::usage,
          fmt::format("no noise makes these steps cost an epsilon of {:g} with a delta of {:g}", epsilon,
                      delta),
          "give a larger epsilon, or a larger delta");
    }
  }
  while (holds - fails > k_precision * holds) {
    const double middle = (holds + fails) / 2;
    (training_epsilon(training, middle, delta, rho) > epsilon ? fails : holds) = middle;
  }
  return holds;
}

}  // namespace ctgan::synth::privacy
