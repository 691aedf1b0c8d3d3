// The numerics that intervals rest on, against sums and products that need no cleverness.
#include <cmath>

#include "server/synth/evaluate/cholesky.h"
#include "server/synth/evaluate/clopper_pearson.h"
#include "server/synth/evaluate/intervals.h"
#include "server/synth/evaluate/learner_scores.h"
#include "server/synth/evaluate/sampled.h"
#include "server/synth/random/random.h"
#include "tests/catch.h"

using namespace ctgan;
using namespace ctgan::synth::evaluate;

namespace {

// So many successes or more, of independent trials.
double tail(int successes, int trials, double share) {
  double sum = 0;
  for (int k = successes; k <= trials; ++k) {
    double term = 1;
    for (int i = 0; i < k; ++i) term *= share * (trials - i) / (i + 1);
    for (int i = k; i < trials; ++i) term *= 1 - share;
    sum += term;
  }
  return sum;
}

synth::random::Stream stream(std::uint64_t seed) {
  return {seed, synth::random::StreamId::rows};
}

}  // namespace

TEST_CASE("At the exact bound of a share so many successes have exactly the error as their probability") {
  for (const int trials : {1, 7, 40}) {
    for (int successes = 1; successes <= trials; successes += 3) {
      for (const double error : {0.05, 0.001}) {
        CAPTURE(trials, successes, error);
        const double least = share_at_least(successes, trials, error);
        CHECK(tail(successes, trials, least) == Approx(error).epsilon(1e-8));
        CHECK(least <= static_cast<double>(successes) / trials);
      }
    }
  }
}

TEST_CASE("The two exact bounds are each other's mirror, and the ends are 0 and 1") {
  for (int successes = 0; successes <= 12; ++successes)
    CHECK(share_at_most(successes, 12, 0.02) ==
          Approx(1 - share_at_least(12 - successes, 12, 0.02)).margin(1e-12));
  CHECK(share_at_least(0, 10, 0.05) == 0);
  CHECK(share_at_most(10, 10, 0.05) == 1);
  // The rule of three, of n that saw none.
  CHECK(share_at_most(0, 1000, 0.05) == Approx(3.0 / 1000).epsilon(0.01));
}

TEST_CASE("Bounds rise with the successes and close in as the trials become more") {
  double before = 0;
  for (int successes = 1; successes <= 30; ++successes) {
    const double least = share_at_least(successes, 30, 0.05);
    CHECK(least > before);
    CHECK(least < share_at_most(successes, 30, 0.05));
    before = least;
  }
  CHECK(share_at_least(50, 100, 0.05) < share_at_least(500, 1000, 0.05));
  CHECK(share_at_most(50, 100, 0.05) > share_at_most(500, 1000, 0.05));
  CHECK(share_at_least(50, 100, 0.001) < share_at_least(50, 100, 0.05));
}

TEST_CASE("An interval of a share holds it, lies in 0 to 1 and is the other share's mirror") {
  for (const double trials : {1.0, 9.0, 250.0}) {
    for (double successes = 0; successes <= trials; successes += 0.5) {
      const Estimate found = share_of(successes, trials);
      const Estimate mirror = share_of(trials - successes, trials);
      CHECK(found.value == Approx(successes / trials));
      CHECK(found.low <= found.value);
      CHECK(found.value <= found.high);
      CHECK(found.low >= 0);
      CHECK(found.high <= 1);
      CHECK(found.low == Approx(1 - mirror.high).margin(1e-12));
    }
  }
}

TEST_CASE("A difference turned round is the same with the other sign, and of equal shares it holds 0") {
  synth::random::Stream random = stream(4);
  for (int trial = 0; trial < 50; ++trial) {
    const double n = 1 + random.next_below(200), m = 1 + random.next_below(200);
    const double a = random.next_below(static_cast<std::uint32_t>(n) + 1);
    const double b = random.next_below(static_cast<std::uint32_t>(m) + 1);
    const Estimate found = difference_of_shares(a, n, b, m);
    const Estimate turned = difference_of_shares(b, m, a, n);
    CHECK(found.value == Approx(a / n - b / m));
    CHECK(found.value == Approx(-turned.value).margin(1e-12));
    CHECK(found.low == Approx(-turned.high).margin(1e-12));
    CHECK(found.low >= -1 - 1e-12);
    CHECK(found.high <= 1 + 1e-12);
    const Estimate equal = difference_of_shares(a, n, a, n);
    CHECK(equal.low <= 0);
    CHECK(equal.high >= 0);
  }
}

TEST_CASE("A risk rises with what succeeds on training rows and falls with what succeeds on others") {
  double before = -1;
  for (int successes = 60; successes <= 500; successes += 40) {
    const Estimate risk = attack_risk(attack_rate(successes, 500), attack_rate(60, 500));
    CHECK(risk.value >= before);
    CHECK(risk.low <= risk.value);
    CHECK(risk.value <= risk.high);
    CHECK(risk.low >= 0);
    CHECK(risk.high <= 1);
    before = risk.value;
  }
  CHECK(attack_risk(attack_rate(300, 500), attack_rate(200, 500)).value <
        attack_risk(attack_rate(300, 500), attack_rate(100, 500)).value);
  // Where the control finds everybody there is nothing left to be told.
  const Estimate nothing = attack_risk({1, 1, 1}, {1, 1, 1});
  CHECK(nothing.value == 0);
  CHECK(nothing.high == 1);
}

TEST_CASE("A factor times itself is the matrix, and what it solves is solved") {
  synth::random::Stream random = stream(5);
  for (const std::size_t n : {1, 2, 5, 9}) {
    std::vector<double> root(n * n), matrix(n * n);
    for (double& cell : root) cell = random.next_double() - 0.5;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        for (std::size_t k = 0; k < n; ++k) matrix[i * n + j] += root[i * n + k] * root[j * n + k];
        if (i == j) matrix[i * n + j] += 0.5;
      }
    }
    std::vector<double> factor = matrix;
    // Only the lower half is read.
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = i + 1; j < n; ++j) factor[i * n + j] = 1e9;
    factorise(factor, n, 1e-12);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        double product = 0;
        for (std::size_t k = 0; k <= j; ++k) product += factor[i * n + k] * factor[j * n + k];
        CHECK(product == Approx(matrix[i * n + j]).margin(1e-10));
      }
    }
    std::vector<double> wanted(n), b(n);
    for (double& x : wanted) x = random.next_double() * 4 - 2;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) b[i] += matrix[i * n + j] * wanted[j];
    const std::vector<double> found = solved(matrix, b, 1e-12);
    for (std::size_t i = 0; i < n; ++i) CHECK(found[i] == Approx(wanted[i]).margin(1e-8));
  }
}

TEST_CASE("A pivot that rounding made nothing of is the least one, not the root of a negative number") {
  std::vector<double> matrix{1, 1, 1, 1 - 1e-15};
  factorise(matrix, 2, 1e-6);
  CHECK(matrix[3] == Approx(1e-3));
  for (const double x : solved({0, 0, 0, 0}, {0, 0}, 1e-6)) CHECK(x == 0);
}

TEST_CASE(
    "The variance of a mean is that of the values by their number, and falls when they are all there are") {
  const std::vector<double> values{1, 3, 5, 7};
  CHECK(variance_of_mean(values) == Approx((9 + 1 + 1 + 9) / 3.0 / 4));
  CHECK(variance_of_mean(std::vector<double>{4}) == 0);
  CHECK(variance_of_mean({}) == 0);
  CHECK(variance_of_drawn(values, 4) == 0);
  CHECK(variance_of_drawn(values, 8) == Approx(variance_of_mean(values) / 2));
  CHECK(variance_of_drawn(values, 1e12) == Approx(variance_of_mean(values)));
  CHECK(variance_of_drawn(values, 0) == 0);
}

TEST_CASE("An estimate's interval stays within what can be, and always holds the value") {
  const Estimate inner = estimate_of(0.5, 0.01, 0, 1);
  CHECK(inner.low == Approx(0.5 - 0.1959964));
  CHECK(inner.high == Approx(0.5 + 0.1959964));
  CHECK(estimate_of(0.05, 0.01, 0, 1).low == 0);
  CHECK(estimate_of(0.95, 0.01, 0, 1).high == 1);
  // A value that is out of bounds by rounding.
  const Estimate outside = estimate_of(1 + 1e-12, 0, 0, 1);
  CHECK(outside.low <= outside.value);
  CHECK(outside.value <= outside.high);
}

TEST_CASE("The area is the share of pairs that are in order, whatever the scores are scaled by") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    synth::random::Stream random = stream(seed);
    std::vector<double> scores(40);
    std::vector<std::size_t> classes(40);
    for (std::size_t row = 0; row < 40; ++row) {
      scores[row] = random.next_below(10);
      classes[row] = random.next_below(3);
    }
    classes[0] = 0, classes[1] = 1;
    double wins = 0, pairs = 0;
    for (std::size_t a = 0; a < 40; ++a) {
      for (std::size_t b = 0; b < 40; ++b) {
        if (classes[a] != 1 || classes[b] == 1) continue;
        pairs += 1;
        wins += scores[a] > scores[b] ? 1 : scores[a] == scores[b] ? 0.5 : 0;
      }
    }
    const double area = *area_under_curve(scores, classes, 1);
    CHECK(area == Approx(wins / pairs).margin(1e-12));
    std::vector<double> grown = scores, turned = scores;
    for (double& score : grown) score = std::exp(score);
    for (double& score : turned) score = -score;
    CHECK(*area_under_curve(grown, classes, 1) == Approx(area).margin(1e-12));
    CHECK(*area_under_curve(turned, classes, 1) == Approx(1 - area).margin(1e-12));
  }
}

TEST_CASE(
    "What rows have to do with an area's error sums to nothing, and its squares are DeLong's variance") {
  // Two positives at 0.8 and 0.4, two negatives at 0.6 and 0.2: placements by hand.
  const std::vector<double> scores{0.8, 0.4, 0.6, 0.2};
  const std::vector<std::size_t> classes{1, 1, 0, 0};
  std::vector<double> influences(4);
  add_influences(scores, classes, 1, 1, influences);
  CHECK(influences[0] == Approx((1 - 0.75) / 2));
  CHECK(influences[1] == Approx((0.5 - 0.75) / 2));
  CHECK(influences[2] == Approx((0.5 - 0.75) / 2));
  CHECK(influences[3] == Approx((1 - 0.75) / 2));
  CHECK(influences[0] + influences[1] + influences[2] + influences[3] == Approx(0).margin(1e-12));
  // Twice with opposite weights is no difference; one class alone has no area.
  add_influences(scores, classes, 1, -1, influences);
  for (const double influence : influences) CHECK(influence == Approx(0).margin(1e-12));
  add_influences(scores, std::vector<std::size_t>{1, 1, 1, 1}, 1, 1, influences);
  for (const double influence : influences) CHECK(influence == Approx(0).margin(1e-12));
}

TEST_CASE("F1 counts a class that was only predicted, or only true, as missed; R2 falls with the errors") {
  const std::vector<std::size_t> truth{0, 0, 1, 1};
  CHECK(macro_f1(truth, truth, 3) == 1);
  CHECK(macro_f1(std::vector<std::size_t>{0, 0, 2, 2}, truth, 3) == Approx(1.0 / 3));
  CHECK(macro_f1(std::vector<std::size_t>{1, 1, 0, 0}, truth, 2) == 0);
  CHECK(macro_f1({}, {}, 2) == 0);
  const std::vector<double> values{1, 2, 3, 6};
  CHECK(*r_squared(values, values) == 1);
  CHECK(*r_squared(std::vector<double>{3, 3, 3, 3}, values) == Approx(0).margin(1e-12));
  CHECK(*r_squared(std::vector<double>{6, 3, 2, 1}, values) < 0);
  CHECK_FALSE(r_squared(values, std::vector<double>{2, 2, 2, 2}).has_value());
}
