#include "server/synth/privacy/mechanisms.h"

#include <cmath>

#include "server/synth/privacy/zcdp.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/synth/privacy/counted_bits.h"

using namespace ctgan;
using namespace ctgan::synth::privacy;

namespace {

// Pr[X >= least] of discrete Gaussian noise, summed.
double tail(double sigma, std::int64_t least) {
  const auto weight = [&](std::int64_t k) {
    return std::exp(-static_cast<double>(k) * static_cast<double>(k) / (2 * sigma * sigma));
  };
  const auto far = static_cast<std::int64_t>(40 * sigma + 40);
  double all = 0, above = 0;
  for (std::int64_t k = -far; k <= far; ++k) {
    all += weight(k);
    if (k >= least) above += weight(k);
  }
  return above / all;
}

}  // namespace

TEST_CASE("the values of one unit pass the threshold with probability delta at most, and hardly less") {
  for (const double sigma : {0.3, 1.0, 4.7, 30.0, 400.0})
    for (const double delta : {0.1, 1e-3, 1e-9, 1e-15})
      for (const std::uint64_t values : {1U, 5U, 1000U}) {
        const std::int64_t least = least_large_count(values, sigma, delta);
        // Each of them counts 1.
        CHECK(tail(drawn_sigma(sigma), least - 1) * static_cast<double>(values) <= delta);
        if (sigma > 20) CHECK(tail(drawn_sigma(sigma), least - 4) * static_cast<double>(values) > delta);
      }
}

TEST_CASE("each mechanism pays before it draws, and parts of the rows cost as one") {
  tests::CountedBits bits(1);
  Accountant accountant({.epsilon = 1, .delta = 1e-6}, Composition::concentrated, 1e-7);
  Mechanisms mechanisms(accountant, bits);
  const double total = accountant.total();
  const std::vector<std::vector<double>> parts(10, std::vector<double>{0, -1, -2});
  const double epsilon = std::sqrt(8 * total / 4) * (1 - 1e-9);
  CHECK(mechanisms.choose_in_parts("edges", parts, 0.5, epsilon).size() == 10);
  CHECK(accountant.spent() == Approx(total / 4));
  const double sigma = std::sqrt(3 / (2 * total / 4));
  const std::vector<std::uint64_t> counts{0, 1, 100'000};
  const auto large = mechanisms.large_counts("categories", counts, 3, sigma, 1e-7);
  CHECK(accountant.spent() == Approx(total / 2));
  CHECK((!large[0] && !large[1] && large[2]));
  CHECK(std::abs(static_cast<double>(*large[2]) - 100'000) < 6 * sigma);
  const double pure = std::sqrt(2 * total / 4) * (1 - 1e-9);
  PaidLaplace noise = mechanisms.laplace(
      "tree", {.algorithm = "PrivTree", .sensitivity = 2, .scale = 10, .epsilon = pure, .unit = 1024});
  CHECK(accountant.spent() == Approx(0.75 * total));
  CHECK(noise.scale() == Approx(10'240));
  CHECK(accountant.spendings().back().scale == Approx(10));
  const std::uint64_t taken = bits.taken();
  const auto refused = [&](auto&& ask) { CHECK(tests::raised(ask).kind() == errors::Kind::internal); };
  refused([&] { mechanisms.choose_in_parts("edges", parts, 0.5, 2 * epsilon); });
  // The delta of thresholds is spent.
  refused([&] { mechanisms.large_counts("categories", counts, 3, 100 * sigma, 1e-9); });
  refused([&] { mechanisms.laplace("tree", {.algorithm = "PrivTree", .scale = 10, .epsilon = 2 * pure}); });
  CHECK(bits.taken() == taken);
}
