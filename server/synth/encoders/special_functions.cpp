#include "server/synth/encoders/special_functions.h"

#include <cmath>

namespace ctgan::synth::encoders {
namespace {

// From here on the asymptotic series below are exact to double precision.
constexpr double k_asymptotic = 10.0;

// sum B_2n / (2n (2n - 1) x^(2n - 1))
double stirling_tail(double x) {
  const double r = 1 / x;
  const double q = r * r;
  return r * (1.0 / 12 +
              q * (-1.0 / 360 +
                   q * (1.0 / 1260 +
                        q * (-1.0 / 1680 + q * (1.0 / 1188 + q * (-691.0 / 360360 + q * (1.0 / 156)))))));
}

// sum B_2n / (2n x^2n)
double digamma_tail(double x) {
  const double q = 1 / (x * x);
  return q *
         (1.0 / 12 +
          q * (-1.0 / 120 +
               q * (1.0 / 252 + q * (-1.0 / 240 + q * (1.0 / 132 + q * (-691.0 / 32760 + q * (1.0 / 12)))))));
}

}  // namespace

double digamma(double x) {
  double below = 0;
  while (x < k_asymptotic) {
    below += 1 / x;
    x += 1;
  }
  return std::log(x) - 0.5 / x - digamma_tail(x) - below;
}

double log_gamma(double x) {
  double product = 1;
  while (x < k_asymptotic) {
    product *= x;
    x += 1;
  }
  constexpr double k_half_log_two_pi = 0.91893853320467274178;
  return (x - 0.5) * std::log(x) - x + k_half_log_two_pi + stirling_tail(x) - std::log(product);
}

double log_beta(double a, double b) {
  return log_gamma(a) + log_gamma(b) - log_gamma(a + b);
}

}  // namespace ctgan::synth::encoders
