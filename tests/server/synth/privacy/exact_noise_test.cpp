// The samplers against the distributions that they draw. Every stochastic check fails of itself once in a million
// runs, for a generator that differs from run to run.
#include "server/synth/privacy/exact_noise.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <vector>

#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/synth/privacy/counted_bits.h"

using namespace ctgan;
using namespace ctgan::synth::privacy;
using tests::CountedBits;

namespace {

std::uint64_t fresh_seed() {
  std::random_device device;
  const std::uint64_t seed = (std::uint64_t{device()} << 32U) | device();
  UNSCOPED_INFO("seed " << seed);
  return seed;
}

// Standard deviations beyond which a normal number lies once in two million, on each side: twice that for two.
constexpr double k_rare = 4.9;
constexpr int k_draws = 60'000;

template <typename Draw>
double share_of(const Draw& draw) {
  int times = 0;
  for (int i = 0; i < k_draws; ++i) times += draw() ? 1 : 0;
  return static_cast<double>(times) / k_draws;
}

double deviation(double share) {
  return std::sqrt(std::max(share * (1 - share), 1e-4) / k_draws);
}

// The statistic of a chi-square test over the values with at least 20 expected draws, and all others together, in
// standard deviations beyond its mean: a bound on its tail by Laurent and Massart is below one in a million at
// 2 sqrt(df x) + 2 x with x = 13.9.
template <typename Draw, typename Weight>
void check_distribution(const Draw& draw, const Weight& weight, int reach) {
  double mass = 0;
  for (int k = -reach; k <= reach; ++k) mass += weight(k);
  std::map<std::int64_t, int> counts;
  for (int i = 0; i < k_draws; ++i) ++counts[draw()];
  double statistic = 0, rest_expected = k_draws, rest_seen = k_draws;
  int parts = 0;
  for (int k = -reach; k <= reach; ++k) {
    const double expected = weight(k) / mass * k_draws;
    if (expected < 20) continue;
    const double seen = counts[k];
    statistic += (seen - expected) * (seen - expected) / expected;
    rest_expected -= expected;
    rest_seen -= seen;
    ++parts;
  }
  if (rest_expected > 5) {
    statistic += (rest_seen - rest_expected) * (rest_seen - rest_expected) / rest_expected;
    ++parts;
  }
  const double freedom = parts - 1, x = 13.9;
  CHECK(statistic <= freedom + 2 * std::sqrt(freedom * x) + 2 * x);
}

}  // namespace

TEST_CASE("uniform numbers stay below their bound and reach all of it, beyond 64 bits as well") {
  CountedBits bits(fresh_seed());
  for (const Wide bound :
       {Wide{1}, Wide{2}, Wide{3}, Wide{1} << 63U, (Wide{1} << 64U) + 1, (Wide{3} << 125U) + 7}) {
    int upper = 0;
    for (int i = 0; i < 2000; ++i) {
      const Wide drawn = uniform_below(bits, bound);
      REQUIRE(drawn < bound);
      upper += drawn >= bound / 2 ? 1 : 0;
    }
    if (bound > 3) CHECK(std::abs(upper - 1000) < k_rare * std::sqrt(500));
  }
  std::vector<int> thirds(3);
  for (int i = 0; i < 30'000; ++i) ++thirds[static_cast<std::size_t>(uniform_below(bits, 3))];
  for (const int seen : thirds) CHECK(std::abs(seen - 10'000) < k_rare * std::sqrt(30'000 * 2 / 9.0) + 1);
}

TEST_CASE("a coin with probability exp(-x) falls so often, whole, broken, tiny and large x alike") {
  CountedBits bits(fresh_seed());
  const Wide large = Wide{1} << 62U;
  struct Case {
    Ratio x;
    double value;
  };
  for (const Case& one : {Case{{0, 1}, 0}, Case{{1, 1}, 1}, Case{{3, 1}, 3}, Case{{1, 3}, 1.0 / 3},
                          Case{{7, 2}, 3.5}, Case{{large / 5, large}, 0.2},
                          Case{{3 * (large >> 1U), large}, 1.5}, Case{{1, large}, 0}, Case{{60, 1}, 60}}) {
    const double expected = std::exp(-one.value);
    CHECK(std::abs(share_of([&] { return bernoulli_exp(bits, one.x); }) - expected) <=
          k_rare * deviation(expected));
  }
}

TEST_CASE("discrete Laplace numbers have the probabilities and the variance of their distribution") {
  CountedBits bits(fresh_seed());
  for (const double scale : {0.5, 1.0, 2.0, 5.0, 10.0, 3.7}) {
    INFO("scale " << scale);
    const DiscreteLaplace noise(scale);
    CHECK(noise.scale() >= scale);
    CHECK(noise.scale() <= scale * (1 + 1e-6));
    check_distribution([&] { return noise.draw(bits); },
                       [&](int k) { return std::exp(-std::abs(k) / scale); },
                       static_cast<int>(40 * scale) + 5);
  }
}

TEST_CASE("discrete Gaussian numbers have the probabilities and the variance of their distribution") {
  CountedBits bits(fresh_seed());
  for (const double variance : {0.01, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0, 100.0, 1500.3}) {
    INFO("variance " << variance);
    const DiscreteGaussian noise(std::sqrt(variance));
    CHECK(noise.sigma() * noise.sigma() >= variance * (1 - 1e-15));
    CHECK(noise.sigma() * noise.sigma() <= variance * (1 + 3e-7));
    check_distribution([&] { return noise.draw(bits); },
                       [&](int k) { return std::exp(-static_cast<double>(k) * k / (2 * variance)); },
                       static_cast<int>(12 * std::sqrt(variance)) + 3);
  }
}

TEST_CASE("wide noise is as wide as it says, to the ends of its range") {
  CountedBits bits(fresh_seed());
  for (const double sigma : {std::ldexp(1, -10), 1000.0, 94.3656900, std::ldexp(1, 24)}) {
    const DiscreteGaussian noise(sigma);
    constexpr int k_few = 4000;
    double sum = 0, squares = 0;
    for (int i = 0; i < k_few; ++i) {
      const auto drawn = static_cast<double>(noise.draw(bits));
      sum += drawn;
      squares += drawn * drawn;
    }
    if (sigma < 0.1) {
      CHECK(squares == 0);
      continue;
    }
    CHECK(std::abs(sum / k_few) < k_rare * sigma / std::sqrt(k_few));
    // Of a normal number's square the variance is 2 sigma^4.
    CHECK(std::abs(squares / k_few / (sigma * sigma) - 1) < 1.2 * k_rare * std::sqrt(2.0 / k_few));
  }
  CHECK(DiscreteLaplace(std::ldexp(1, 40)).draw(bits) != 0);
}

TEST_CASE("a scale that cannot be drawn is refused") {
  for (const double bad : {0.0, -1.0, std::nan(""), std::ldexp(1, 25), 1.0 / 0.0})
    CHECK(tests::raised([&] { DiscreteGaussian{bad}; }).kind() == errors::Kind::internal);
}

TEST_CASE("the system's bits are not the same twice") {
  SystemBits one, other;
  std::vector<std::uint64_t> words;
  for (int i = 0; i < 1500; ++i) words.insert(words.end(), {one.next(), other.next()});
  std::sort(words.begin(), words.end());
  CHECK(std::adjacent_find(words.begin(), words.end()) == words.end());
}
