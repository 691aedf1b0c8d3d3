#include "server/synth/privacy/paid_training.h"

#include <cmath>

#include "common/errors/error.h"
#include "server/synth/privacy/mechanisms.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/synth/privacy/counted_bits.h"

using namespace ctgan;
using namespace ctgan::synth::privacy;

namespace {

struct Paid {
  explicit Paid(const SampledTraining& wanted, double epsilon = 2, double delta = 1e-6)
      : accountant({.epsilon = epsilon, .delta = delta}, Composition::renyi),
        mechanisms(accountant, bits),
        training(mechanisms.train("training", wanted)) {}

  Accountant accountant;
  tests::CountedBits bits{5};
  Mechanisms mechanisms;
  PaidTraining training;
  threads::ThreadPool pool{2};
};

}  // namespace

// Of 2,000 steps over 50 units a fault is seen where a mean is six standard deviations off: once in 10^9 for nothing.
TEST_CASE("each unit is sampled by a coin of its own, and never twice") {
  constexpr std::uint64_t k_steps = 2000;
  constexpr std::uint32_t k_units = 51;
  Paid paid({.rate = 0.2, .steps = k_steps});
  std::vector<double> sampled(k_units), together(k_units);
  std::vector<double> sum(1);
  double sizes = 0, squares = 0;
  for (std::uint64_t step = 0; step < k_steps; ++step) {
    const auto units = paid.training.sample(k_units);
    CHECK(std::is_sorted(units.begin(), units.end(), std::less_equal<>()));
    const bool has_first = !units.empty() && units.front() == 0;
    for (const std::uint32_t unit : units) {
      ++sampled[unit];
      if (has_first) ++together[unit];
    }
    const auto size = static_cast<double>(units.size());
    sizes += size / k_steps;
    squares += size * size / k_steps;
    paid.training.add_noise(sum, 1, paid.pool);
  }
  for (std::uint32_t unit = 0; unit < k_units; ++unit) {
    CHECK(sampled[unit] == Approx(0.2 * k_steps).margin(6 * std::sqrt(0.16 * k_steps)));
    if (unit > 0) CHECK(together[unit] == Approx(0.04 * k_steps).margin(6 * std::sqrt(0.04 * k_steps)));
  }
  CHECK(sizes == Approx(0.2 * k_units).margin(6 * std::sqrt(0.16 * k_units / k_steps)));
  CHECK(squares - sizes * sizes == Approx(0.16 * k_units).epsilon(0.25));
}

TEST_CASE(
    "a sum has noise of the multiplier times the bound, a little more, on a grid that hides its digits") {
  constexpr double k_bound = 0.3;
  Paid paid({.rate = 0.01, .steps = 3});
  const double sigma = paid.training.noise_multiplier() * k_bound;
  std::vector<double> sum(100'000, std::sqrt(2.0));
  paid.training.sample(10);
  paid.training.add_noise(sum, k_bound, paid.pool);
  double mean = 0, square = 0;
  for (const double x : sum) {
    mean += (x - std::sqrt(2.0)) / 1e5;
    square += (x - std::sqrt(2.0)) * (x - std::sqrt(2.0)) / 1e5;
  }
  CHECK(std::abs(mean) < 6 * sigma / std::sqrt(1e5));
  CHECK(std::sqrt(square) == Approx(sigma).epsilon(0.02));
  // Multiples of one step.
  const double unit = k_bound / (1 << 20);
  for (std::size_t i = 0; i < 100; ++i)
    CHECK(sum[i] / unit == Approx(std::round(sum[i] / unit)).margin(1e-6));
}

TEST_CASE("no sum without a sample, no second one for it, and no more than were paid for") {
  Paid paid({.rate = 0.5, .steps = 2});
  std::vector<double> sum(3);
  const auto kind = [&](const auto& call) { return tests::raised(call).kind(); };
  CHECK(kind([&] { paid.training.add_noise(sum, 1, paid.pool); }) == errors::Kind::internal);
  paid.training.sample(4);
  CHECK(kind([&] { paid.training.sample(4); }) == errors::Kind::internal);
  paid.training.add_noise(sum, 1, paid.pool);
  CHECK(kind([&] { paid.training.add_noise(sum, 1, paid.pool); }) == errors::Kind::internal);
  paid.training.sample(4);
  paid.training.add_noise(sum, 1, paid.pool);
  CHECK(kind([&] { paid.training.sample(4); }) == errors::Kind::internal);
}

TEST_CASE("a training takes all that is left, and nothing can be spent after it") {
  Paid paid({.rate = 0.01, .steps = 100});
  CHECK(paid.accountant.remaining() == 0);
  CHECK(paid.accountant.spent() == paid.accountant.total());
  const std::vector<std::uint64_t> counts = {1};
  CHECK(tests::raised([&] { paid.mechanisms.noisy_counts("more", counts, 1, 1e4); }).kind() ==
        errors::Kind::internal);
  const auto statement = paid.accountant.statement();
  CHECK(statement.at("composition") == "Renyi");
  CHECK(statement.at("spent")[0].at("rate").get<double>() == Approx(0.01));
  CHECK(statement.at("spent")[0].at("total").get<double>() <= statement.at("rho").get<double>());
}

// By an accountant of others: opacus' published figure for rate 0.04, noise 1.5 and 2,250 steps is an epsilon of
// 7.32911117143 (renyi_test.cpp).
TEST_CASE("the noise of a training is the least that keeps epsilon, with what was spent before") {
  Paid alone({.rate = 0.04, .steps = 2250}, 7.32911117143, 1e-5);
  CHECK(alone.training.noise_multiplier() == Approx(1.5).epsilon(2e-4));
  CHECK(alone.training.noise_multiplier() >= 1.5 * (1 - 1e-4));
  Accountant accountant({.epsilon = 7.32911117143, .delta = 1e-5}, Composition::renyi);
  accountant.spend({.stage = "before", .cost = accountant.total() / 10});
  CHECK(accountant.spend_rest("training", {.rate = 0.04, .steps = 2250}) > 1.5);
}

TEST_CASE("questions of teachers are answered with the noise that was paid for, as often as was paid for") {
  tests::CountedBits bits(3);
  Accountant accountant({.epsilon = 100, .delta = 1e-6}, Composition::concentrated);
  Mechanisms mechanisms(accountant, bits);
  constexpr std::uint64_t k_questions = 20'000;
  PaidVotes votes = mechanisms.votes("votes", k_questions, 40);
  CHECK(accountant.spent() == Approx(k_questions / (2 * 1600.0)).epsilon(1e-6));
  double mean = 0, square = 0;
  for (std::uint64_t i = 0; i < k_questions; ++i) {
    const double noise = static_cast<double>(votes.noisy(7)) - 7;
    mean += noise / k_questions;
    square += noise * noise / k_questions;
  }
  CHECK(std::abs(mean) < 6 * 40 / std::sqrt(k_questions));
  CHECK(std::sqrt(square) == Approx(40).epsilon(0.04));
  CHECK(tests::raised([&] { votes.noisy(1); }).kind() == errors::Kind::internal);
}
