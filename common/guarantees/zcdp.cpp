#include "common/guarantees/zcdp.h"

#include <algorithm>
#include <cmath>

namespace ctgan::guarantees {
namespace {

constexpr int k_halvings = 200;

// The boundary of a condition that holds at `holds` and not at `fails`, on the side where it holds.
template <typename Condition>
double last_that_holds(double holds, double fails, const Condition& condition) {
  for (int i = 0; i < k_halvings; ++i) {
    const double middle = holds + (fails - holds) / 2;
    if (middle == holds || middle == fails) break;
    (condition(middle) ? holds : fails) = middle;
  }
  return holds;
}

// Doubles a number until the condition no longer holds.
template <typename Condition>
double first_that_fails(double start, const Condition& condition) {
  double at = start;
  while (condition(at)) at *= 2;
  return at;
}

// Logarithm of the bound of proposition 12 at an order. Every order above 1 gives a valid one.
double log_delta_at(double order, double rho, double epsilon) {
  return (order - 1) * (order * rho - epsilon) + order * std::log1p(-1 / order) - std::log(order - 1);
}

// The bound's derivative by the order has one root, below which it is negative.
double best_order(double rho, double epsilon) {
  constexpr double k_least = 1.01;
  const double most = (epsilon + 1) / (2 * rho) + 2;
  return last_that_holds(k_least, most, [&](double order) {
    return (2 * order - 1) * rho - epsilon + std::log1p(-1 / order) < 0;
  });
}

double normal_below(double x) {
  return std::erfc(-x / std::sqrt(2.0)) / 2;
}

}  // namespace

double zcdp_delta(double rho, double epsilon) {
  if (rho == 0) return 0;
  // More than all that is lost by rounding.
  constexpr double k_margin = 1e-12;
  return std::min(1.0, std::exp(log_delta_at(best_order(rho, epsilon), rho, epsilon) + k_margin));
}

double zcdp_epsilon(double rho, double delta) {
  if (rho == 0) return 0;
  const double enough = rho + 2 * std::sqrt(rho * std::log(1 / delta));
  return last_that_holds(enough, 0, [&](double epsilon) { return zcdp_delta(rho, epsilon) <= delta; });
}

double zcdp_rho(double epsilon, double delta) {
  const auto is_within = [&](double rho) { return zcdp_delta(rho, epsilon) <= delta; };
  return last_that_holds(0, first_that_fails(epsilon, is_within), is_within);
}

double gaussian_rho(double sensitivity, double sigma) {
  const double ratio = sensitivity / sigma;
  return ratio * ratio / 2;
}

double pure_rho(double epsilon) {
  return epsilon * epsilon / 2;
}

double exponential_rho(double epsilon) {
  return epsilon * epsilon / 8;
}

double gaussian_delta(double rho, double epsilon) {
  if (rho == 0) return 0;
  const double mu = std::sqrt(2 * rho);
  // More than what a difference of nearly equal numbers loses by rounding.
  constexpr double k_margin = 1e-13;
  const double first = normal_below(-epsilon / mu + mu / 2);
  const double tail = normal_below(-epsilon / mu - mu / 2);
  const double second = tail > 0 ? std::exp(epsilon + std::log(tail)) : 0;
  return std::min(1.0, first - second + k_margin * first);
}

double gaussian_most_rho(double epsilon, double delta) {
  const auto is_within = [&](double rho) { return gaussian_delta(rho, epsilon) <= delta; };
  return last_that_holds(0, first_that_fails(epsilon, is_within), is_within);
}

}  // namespace ctgan::guarantees
