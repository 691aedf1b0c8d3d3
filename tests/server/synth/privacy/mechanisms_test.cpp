#include "server/synth/privacy/mechanisms.h"

#include <cmath>
#include <vector>

#include "common/guarantees/zcdp.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/synth/privacy/counted_bits.h"

using namespace ctgan;
using namespace ctgan::synth::privacy;
using tests::CountedBits;

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

TEST_CASE("numbers cost what Gaussian noise on all of them costs, and hardly more for their grid") {
  for (const std::size_t numbers : {1U, 7U, 575U})
    for (const double sensitivity : {1.0, 3.0}) {
      const double sigma = sigma_of_numbers(numbers, sensitivity, 0.002);
      CHECK(noise_cost_of_numbers(numbers, sensitivity, sigma) <= 0.002 * (1 + 1e-9));
      CHECK(noise_cost_of_numbers(numbers, sensitivity, sigma) == Approx(0.002).epsilon(1e-6));
      const double ideal = sensitivity * std::sqrt(static_cast<double>(numbers) / (2 * 0.002));
      CHECK(sigma >= ideal);
      CHECK(sigma <= ideal * 1.002);
    }
}

TEST_CASE("wide noise on numbers has a coarser grid, and costs what was asked for") {
  for (const double rho : {1e-3, 1e-5, 1e-7, 1e-9, 1e-11}) {
    const double sigma = sigma_of_numbers(100, 1, rho);
    CHECK(noise_cost_of_numbers(100, 1, sigma) <= rho * (1 + 1e-9));
    CHECK(sigma < 3.1 * std::sqrt(100 / (2 * rho)));
    Accountant accountant({.epsilon = 1e3, .delta = 1e-9}, Composition::concentrated);
    CountedBits bits(3);
    Mechanisms mechanisms(accountant, bits);
    CHECK(mechanisms.noisy_numbers("errors", std::vector<double>(100, 7.5), 1, sigma).size() == 100);
    CHECK(accountant.spent() <= rho * (1 + 1e-9));
  }
}

// 40,000 draws: a mean beyond four standard errors comes up in 6 of 100,000 runs; the bits are fixed all the same.
TEST_CASE("noisy numbers are the numbers with noise of the deviation that was asked for") {
  Accountant accountant({.epsilon = 1e5, .delta = 1e-9}, Composition::concentrated);
  CountedBits bits(5);
  Mechanisms mechanisms(accountant, bits);
  const std::vector<double> exact(40'000, 12.3456);
  const double sigma = 3;
  const std::vector<double> noisy = mechanisms.noisy_numbers("errors", exact, 1, sigma);
  double mean = 0, square = 0;
  for (const double one : noisy) {
    mean += one / static_cast<double>(noisy.size());
    square += std::pow(one - 12.3456, 2) / static_cast<double>(noisy.size());
  }
  CHECK(std::abs(mean - 12.3456) < 4 * sigma / std::sqrt(40'000.0) + 1.0 / 1024);
  CHECK(std::sqrt(square) == Approx(sigma).epsilon(0.02));
  REQUIRE(accountant.spendings().size() == 1);
  CHECK(accountant.spendings()[0].sensitivity == Approx(200));
  CHECK(accountant.spendings()[0].scale == Approx(3).epsilon(1e-6));
  CHECK(accountant.spent() == Approx(noise_cost_of_numbers(exact.size(), 1, sigma)));
}

TEST_CASE("numbers that cannot be paid for are not drawn") {
  Accountant accountant({.epsilon = 0.1, .delta = 1e-9}, Composition::concentrated);
  CountedBits bits(5);
  Mechanisms mechanisms(accountant, bits);
  CHECK_THROWS(mechanisms.noisy_numbers("errors", std::vector<double>{1, 2}, 1, 1));
  CHECK(bits.taken() == 0);
}

TEST_CASE("Laplace noise and choices cost their epsilon, or the rho that it is worth") {
  CountedBits bits(5);
  Accountant pure({.epsilon = 1}, Composition::pure);
  Mechanisms of_epsilon(pure, bits);
  of_epsilon.laplace_counts("counts", std::vector<std::uint64_t>{5, 7}, 1, 4);
  CHECK(pure.spent() == Approx(0.25).epsilon(1e-6));
  of_epsilon.choose("choice", std::vector<double>{1, 2}, 1, 0.5);
  CHECK(pure.spent() == Approx(0.75).epsilon(1e-6));
  CHECK_THROWS(of_epsilon.noisy_counts("counts", std::vector<std::uint64_t>{5}, 1, 1000));
  CHECK_THROWS(of_epsilon.noisy_numbers("numbers", std::vector<double>{5}, 1, 1000));
  CHECK(pure.spent() == Approx(0.75).epsilon(1e-6));
  Accountant concentrated({.epsilon = 10, .delta = 1e-6}, Composition::concentrated);
  Mechanisms of_rho(concentrated, bits);
  of_rho.laplace_counts("counts", std::vector<std::uint64_t>{5, 7}, 1, 4);
  CHECK(concentrated.spent() == Approx(0.25 * 0.25 / 2).epsilon(1e-2));
}
