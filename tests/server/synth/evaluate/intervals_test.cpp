#include "server/synth/evaluate/intervals.h"

#include <cmath>

#include "server/synth/evaluate/learner_scores.h"
#include "tests/catch.h"

using namespace ctgan::synth::evaluate;

TEST_CASE("A share has Wilson's interval") {
  // statsmodels.stats.proportion.proportion_confint(k, n, method="wilson")
  const Estimate few = share_of(3, 10);
  CHECK(few.value == Approx(0.3));
  CHECK(few.low == Approx(0.1077913).epsilon(1e-5));
  CHECK(few.high == Approx(0.6032219).epsilon(1e-5));
  const Estimate none = share_of(0, 50);
  CHECK(none.value == 0);
  CHECK(none.low == 0);
  CHECK(none.high == Approx(0.0713476).epsilon(1e-5));
  CHECK(share_of(50, 50).high == 1);
}

TEST_CASE("An attack's rate is the centre of the interval, its risk the excess over the control's") {
  // Anonymeter: EvaluationResults(n_attacks=500, n_success=60, n_baseline=0, n_control=30)
  const Estimate main = attack_rate(60, 500);
  const Estimate control = attack_rate(30, 500);
  CHECK(main.value == Approx((60 + 1.9207294) / (500 + 3.8414588)));
  const Estimate risk = attack_risk(main, control);
  CHECK(risk.value == Approx((main.value - control.value) / (1 - control.value)));
  CHECK(risk.low < risk.value);
  CHECK(risk.low > 0);
  CHECK(attack_risk(control, main).value == 0);
  CHECK(attack_risk(control, main).low == 0);
}

TEST_CASE("Doubt leaves an attack's rate as it is and widens its interval") {
  const Estimate plain = attack_rate(60, 500);
  const Estimate clustered = attack_rate(60, 500, {.design_effect = 4});
  CHECK(clustered.value == plain.value);
  CHECK(clustered.low == Approx(share_of(15, 125).low));
  CHECK(clustered.high == Approx(share_of(15, 125).high));
  // statsmodels.stats.proportion.proportion_confint(60, 500, alpha=0.05 / 20, method="wilson")
  const Estimate corrected = attack_rate(60, 500, {.comparisons = 20});
  CHECK(corrected.value == plain.value);
  CHECK(corrected.low == Approx(0.08274973).epsilon(1e-6));
  CHECK(corrected.high == Approx(0.17089454).epsilon(1e-6));
}

TEST_CASE("Guesses that succeed together count as fewer") {
  CHECK(design_effect(std::vector<double>{}) == 1);
  CHECK(design_effect(std::vector<double>{0, 0}) == 1);
  CHECK(design_effect(std::vector<double>{1, 0, 1, 1}) == 1);
  CHECK(design_effect(std::vector<double>{5, 5, 0, 5}) == 5);
  CHECK(design_effect(std::vector<double>{1, 9}) == Approx(8.2));
}

TEST_CASE("A risk's interval leaves 0 out where that of the rates' difference does, also near 1") {
  // 5 failures against 12: Fisher's exact test gives p = 0.14.
  const Estimate control = attack_rate(738, 750);
  CHECK(attack_risk(attack_rate(745, 750), control).low == 0);
  CHECK(attack_risk(attack_rate(750, 750), control).low > 0.5);
  for (double successes = 738; successes <= 750; ++successes) {
    const Estimate main = attack_rate(successes, 750);
    const Estimate risk = attack_risk(main, control);
    INFO(successes << ": " << risk.low << " " << risk.value << " " << risk.high);
    const double error = std::hypot(main.value - main.low, control.high - control.value);
    CHECK((risk.low > 0) == (main.value - control.value > error));
    CHECK(risk.low <= risk.value);
    CHECK(risk.value <= risk.high);
    CHECK(risk.high <= 1);
  }
  CHECK(attack_risk({1, 1, 1}, {0.5, 0.4, 0.6}).value == 1);
  CHECK(attack_risk({1, 1, 1}, {1, 1, 1}).high == 1);
}

TEST_CASE("A difference of shares has Newcombe's interval") {
  // Newcombe 1998, table II, case (a): 56/70 - 48/80, method 10: 0.0524 to 0.3339.
  const Estimate difference = difference_of_shares(56, 70, 48, 80);
  CHECK(difference.value == Approx(0.2));
  CHECK(difference.low == Approx(0.0524).margin(1e-4));
  CHECK(difference.high == Approx(0.3339).margin(1e-4));
}

TEST_CASE("AUC counts ties half, and is undefined with one class") {
  const std::vector<std::size_t> classes{0, 0, 1, 1};
  CHECK(*area_under_curve(std::vector<double>{0.1, 0.4, 0.35, 0.8}, classes, 1) == Approx(0.75));
  CHECK(*area_under_curve(std::vector<double>{1, 1, 1, 1}, classes, 1) == Approx(0.5));
  CHECK(*area_under_curve(std::vector<double>{0.1, 0.4, 0.35, 0.8}, classes, 0) == Approx(0.25));
  CHECK_FALSE(area_under_curve(std::vector<double>{1, 2}, std::vector<std::size_t>{1, 1}, 1).has_value());
}

TEST_CASE("Macro F1 is the mean over the classes that occur, R2 compares with the mean") {
  // sklearn.metrics.f1_score([0,1,2,0,1,2], [0,2,1,0,0,1], average="macro") = 0.2666...
  CHECK(macro_f1(std::vector<std::size_t>{0, 2, 1, 0, 0, 1}, std::vector<std::size_t>{0, 1, 2, 0, 1, 2}, 5) ==
        Approx(0.8 / 3));
  // sklearn.metrics.r2_score([3, -0.5, 2, 7], [2.5, 0.0, 2, 8]) = 0.9486...
  CHECK(*r_squared(std::vector<double>{2.5, 0.0, 2, 8}, std::vector<double>{3, -0.5, 2, 7}) ==
        Approx(0.9486081370));
  CHECK_FALSE(r_squared(std::vector<double>{1, 2}, std::vector<double>{5, 5}).has_value());
}
