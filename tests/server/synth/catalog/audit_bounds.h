// What guesses prove of a mechanism's privacy, at a given confidence.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace ctgan::tests {

// The probability that so many of `all` independent trials succeed.
inline double binomial_probability(std::size_t hits, std::size_t all, double probability) {
  const auto n = static_cast<double>(all), x = static_cast<double>(hits);
  if (probability <= 0) return hits == 0 ? 1 : 0;
  if (probability >= 1) return hits == all ? 1 : 0;
  return std::exp(std::lgamma(n + 1) - std::lgamma(x + 1) - std::lgamma(n - x + 1) +
                  x * std::log(probability) + (n - x) * std::log1p(-probability));
}

// The largest probability with which so few of so many come up with probability `fails` at least (Clopper and Pearson
// 1934).
inline double most_probability(std::size_t hits, std::size_t all, double fails) {
  if (hits == all) return 1;
  const auto tail = [&](double p) {
    double sum = 0;
    for (std::size_t k = 0; k <= hits; ++k) sum += binomial_probability(k, all, p);
    return sum;
  };
  double low = 1e-9, high = 1 - 1e-9;
  for (int i = 0; i < 60; ++i) (tail((low + high) / 2) > fails ? low : high) = (low + high) / 2;
  return high;
}

// Errors of a test that says of each run whether a unit was there: how many of so many runs with it were missed, how many
// of so many without it were false alarms.
struct TestErrors {
  std::size_t missed = 0, with = 0;
  std::size_t alarms = 0, without = 0;

  // Upper bounds of their probabilities, each of which fails with probability `fails`.
  double most_missed(double fails) const { return most_probability(missed, with, fails); }
  double most_alarms(double fails) const { return most_probability(alarms, without, fails); }
  // The epsilon that they prove at least at the given delta (Kairouz, Oh and Viswanath 2015).
  double epsilon(double delta, double fails) const {
    const double beta = most_missed(fails), alpha = most_alarms(fails);
    return std::max(std::log(std::max(1 - beta - delta, 1e-12) / alpha),
                    std::log(std::max(1 - alpha - delta, 1e-12) / beta));
  }
};

// Of a test that says so where the ratio is above the threshold.
inline TestErrors errors_at(double threshold, std::span<const double> with, std::span<const double> without) {
  const auto above = [threshold](std::span<const double> ratios) {
    return static_cast<std::size_t>(
        std::count_if(ratios.begin(), ratios.end(), [threshold](double ratio) { return ratio > threshold; }));
  };
  return {with.size() - above(with), with.size(), above(without), without.size()};
}

// Guesses which of `canaries` rows, each there with probability 1/2 independently of the others, were there.
struct Guesses {
  std::size_t canaries = 0;
  std::size_t made = 0;  // of the others nothing is said
  std::size_t right = 0;
};

// With what probability at most so many guesses are right where one run is (epsilon, delta)-differentially private
// (Steinke, Nasr and Jagielski 2023, "Privacy auditing with one (1) training run", theorem 5.2): that of a binomial
// number with e^epsilon / (1 + e^epsilon), and for delta
// 2 canaries delta max over i of P[right > that number >= right - i] / i.
inline double one_run_probability(const Guesses& guesses, double epsilon, double delta) {
  const double chance = 1 / (1 + std::exp(-epsilon));
  double as_many = 0, just_fewer = 0, steepest = 0;
  for (std::size_t k = guesses.right; k <= guesses.made; ++k)
    as_many += binomial_probability(k, guesses.made, chance);
  for (std::size_t i = 1; i <= guesses.right; ++i) {
    just_fewer += binomial_probability(guesses.right - i, guesses.made, chance);
    steepest = std::max(steepest, just_fewer / static_cast<double>(i));
  }
  return std::min(1.0, as_many + 2 * static_cast<double>(guesses.canaries) * delta * steepest);
}

// The largest epsilon that is refuted, where what is true is refuted with probability `fails` at most; 0 where none is.
inline double one_run_epsilon(const Guesses& guesses, double delta, double fails) {
  double low = 0, high = 20;
  if (one_run_probability(guesses, low, delta) > fails) return 0;
  for (int i = 0; i < 50; ++i)
    (one_run_probability(guesses, (low + high) / 2, delta) <= fails ? low : high) = (low + high) / 2;
  return low;
}

}  // namespace ctgan::tests
