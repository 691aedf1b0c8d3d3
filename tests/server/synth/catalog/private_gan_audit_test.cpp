// Audits of what private GANs may know: how well noisy sums of sampled gradients, and noisy votes, tell whether one unit was
// there, against what was promised. White-box: whoever watches knows the unit's gradient (as long as may be, and always the
// same), all other rows, and every step; for votes that the unit turns each one. That gradients are no longer than that is
// tested by tables that differ by a row (private_gan/row_classifier_test.cpp).
//
// Bits are fixed. With others a bound fails once in 10,000 for each side.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "common/guarantees/zcdp.h"
#include "common/threads/thread_pool.h"
#include "server/synth/privacy/mechanisms.h"
#include "server/synth/privacy/renyi.h"
#include "tests/catch.h"
#include "tests/server/synth/catalog/audit_bounds.h"
#include "tests/server/synth/privacy/counted_bits.h"

using namespace ctgan;
using namespace ctgan::synth;

namespace {

constexpr double k_fails = 1e-4;
constexpr double k_delta = 1e-5;

// Of runs with the unit and without: the logarithm of how much likelier what was seen is with it.
struct Runs {
  std::vector<double> with, without;
};

std::size_t run_count() {
  return std::getenv("CTGAN_FULL") != nullptr ? 40'000 : 16'000;
}

// What the runs prove at the best of many thresholds that are set on their first halves.
double proven_epsilon(const Runs& runs) {
  const auto half = [](const std::vector<double>& all, bool second) {
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    return second ? std::vector<double>(middle, all.end()) : std::vector<double>(all.begin(), middle);
  };
  const auto epsilon_at = [](double threshold, const std::vector<double>& with,
                             const std::vector<double>& without) {
    return tests::errors_at(threshold, with, without).epsilon(k_delta, k_fails);
  };
  std::vector<double> thresholds = half(runs.with, false);
  const std::vector<double> others = half(runs.without, false);
  thresholds.insert(thresholds.end(), others.begin(), others.end());
  std::sort(thresholds.begin(), thresholds.end());
  double best = 0, threshold = 0;
  for (std::size_t i = 0; i < thresholds.size(); i += thresholds.size() / 50) {
    const double epsilon = epsilon_at(thresholds[i], half(runs.with, false), others);
    if (epsilon > best) {
      best = epsilon;
      threshold = thresholds[i];
    }
  }
  return epsilon_at(threshold, half(runs.with, true), half(runs.without, true));
}

struct Audited {
  double claimed = 0, proven = 0;
};

// Of half of the runs with the unit, of half without. `ratio(is_there)` is of one run.
template <typename Ratio>
double proven_by(const Ratio& ratio) {
  Runs runs;
  for (std::size_t i = 0; i < run_count(); ++i) {
    runs.with.push_back(ratio(true));
    runs.without.push_back(ratio(false));
  }
  return proven_epsilon(runs);
}

// Trainings of 30 steps on 20 units whose gradients are nothing, and perhaps on one more, whose gradient is `louder` times as
// long as the bound allows. All of them are paid for at once: what one costs follows from its noise.
Audited audit_training(double epsilon, double louder) {
  constexpr std::uint64_t k_steps = 30;
  constexpr std::uint32_t k_others = 20;
  constexpr double k_rate = 0.2, k_bound = 0.5, k_reach = 1 + 1e-9;
  const double wanted = privacy::least_noise_multiplier({k_rate, k_steps}, epsilon, k_delta);
  const privacy::SampledTraining all{k_rate, 2 * run_count() * k_steps};
  privacy::Accountant accountant(
      {.epsilon = privacy::training_epsilon(all, wanted, k_delta) * k_reach, .delta = k_delta},
      privacy::Composition::renyi);
  tests::CountedBits bits(8);
  privacy::Mechanisms mechanisms(accountant, bits);
  privacy::PaidTraining paid = mechanisms.train("training", all);
  threads::ThreadPool pool(1);
  const double rate = paid.training().rate, sigma = paid.noise_multiplier() * k_bound;
  const double reach = k_bound * louder;
  const double proven = proven_by([&](bool is_there) {
    double log_ratio = 0;
    for (std::uint64_t step = 0; step < k_steps; ++step) {
      std::vector<double> sum(1);
      for (const std::uint32_t unit : paid.sample(k_others + (is_there ? 1 : 0)))
        if (unit == k_others) sum[0] += reach;
      paid.add_noise(sum, k_bound, pool);
      log_ratio += std::log1p(rate * std::expm1(reach * (2 * sum[0] - reach) / (2 * sigma * sigma)));
    }
    return log_ratio;
  });
  return {privacy::training_epsilon({rate, k_steps}, paid.noise_multiplier(), k_delta), proven};
}

// 40 questions a run, of which the unit turns each by so many votes.
Audited audit_votes(double epsilon, std::uint64_t turned) {
  constexpr std::uint64_t k_questions = 40, k_others = 5;
  const double sigma = std::sqrt(k_questions / (2 * guarantees::zcdp_rho(epsilon, k_delta)));
  privacy::Accountant accountant({.epsilon = 1e6, .delta = k_delta}, privacy::Composition::concentrated);
  tests::CountedBits bits(9);
  privacy::Mechanisms mechanisms(accountant, bits);
  privacy::PaidVotes paid = mechanisms.votes("votes", 2 * run_count() * k_questions, sigma);
  const auto reach = static_cast<double>(turned);
  const double proven = proven_by([&](bool is_there) {
    double log_ratio = 0;
    for (std::uint64_t i = 0; i < k_questions; ++i) {
      const double beyond = static_cast<double>(paid.noisy(k_others + (is_there ? turned : 0))) - k_others;
      log_ratio += reach * (2 * beyond - reach) / (2 * paid.sigma() * paid.sigma());
    }
    return log_ratio;
  });
  return {guarantees::zcdp_epsilon(k_questions / (2 * paid.sigma() * paid.sigma()), k_delta), proven};
}

}  // namespace

TEST_CASE("what noisy sums of sampled gradients tell of a unit is no more than they promise") {
  for (const double epsilon : {1.0, 4.0}) {
    const Audited audited = audit_training(epsilon, 1);
    WARN("dpctgan, epsilon " << audited.claimed << " promised: " << audited.proven << " proven");
    CHECK(audited.claimed <= epsilon);
    CHECK(audited.proven <= audited.claimed);
    CHECK(audited.proven > 0.1 * epsilon);
  }
}

TEST_CASE("an audit finds out a training whose gradients are four times as long as their bound") {
  const Audited audited = audit_training(1, 4);
  CHECK(audited.proven > audited.claimed);
}

TEST_CASE("what noisy votes tell of a unit is no more than they promise") {
  for (const double epsilon : {1.0, 4.0}) {
    const Audited audited = audit_votes(epsilon, 1);
    WARN("patectgan, epsilon " << audited.claimed << " promised: " << audited.proven << " proven");
    CHECK(audited.claimed <= epsilon);
    CHECK(audited.proven <= audited.claimed);
    CHECK(audited.proven > 0.1 * epsilon);
  }
}

TEST_CASE("an audit finds out votes of which a unit turns four") {
  const Audited audited = audit_votes(1, 4);
  CHECK(audited.proven > audited.claimed);
}
