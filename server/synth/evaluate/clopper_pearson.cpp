#include "server/synth/evaluate/clopper_pearson.h"

#include <cmath>
#include <numeric>

namespace ctgan::synth::evaluate {
namespace {

// Of I_x(a, b), by its continued fraction (NIST DLMF 8.17.22, evaluated by Lentz's method).
double continued_fraction(double a, double b, double x) {
  constexpr double k_tiny = 1e-300;
  constexpr double k_equal = 1e-15;
  constexpr int k_most_terms = 10'000;
  const auto apart = [](double value) { return std::abs(value) < k_tiny ? k_tiny : value; };
  double c = 1;
  double d = 1 / apart(1 - (a + b) * x / (a + 1));
  double fraction = d;
  for (int m = 1; m <= k_most_terms; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / apart(1 + even * d);
    c = apart(1 + even / c);
    fraction *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / apart(1 + odd * d);
    c = apart(1 + odd / c);
    fraction *= d * c;
    if (std::abs(d * c - 1) < k_equal) break;
  }
  return fraction;
}

// lgamma writes a global of the C library.
double log_gamma(double value) {
  int sign = 0;
  return lgamma_r(value, &sign);
}

// The regularised incomplete beta function.
double incomplete_beta(double a, double b, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double front =
      std::exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * std::log(x) + b * std::log1p(-x));
  // The fraction converges quickly on this side only.
  if (x < (a + 1) / (a + b + 2)) return front * continued_fraction(a, b, x) / a;
  return 1 - front * continued_fraction(b, a, 1 - x) / b;
}

// The x with I_x(a, b) = share, by halving.
double beta_quantile(double a, double b, double share) {
  double low = 0;
  double high = 1;
  for (double x = 0.5; low < x && x < high; x = std::midpoint(low, high)) {
    (incomplete_beta(a, b, x) < share ? low : high) = x;
  }
  return high;
}

}  // namespace

double share_at_least(double successes, double trials, double error) {
  return successes == 0 ? 0 : beta_quantile(successes, trials - successes + 1, error);
}

double share_at_most(double successes, double trials, double error) {
  return successes == trials ? 1 : beta_quantile(successes + 1, trials - successes, 1 - error);
}

}  // namespace ctgan::synth::evaluate
