#include "server/synth/privacy/exponential_mechanism.h"

#include <cmath>
#include <random>
#include <vector>

#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/synth/privacy/counted_bits.h"

using namespace ctgan;
using synth::privacy::exponential_mechanism;
using tests::CountedBits;

namespace {

std::vector<double> shares(const std::vector<double>& scores, double sensitivity, double epsilon, int draws) {
  CountedBits bits(std::random_device{}());
  std::vector<double> times(scores.size());
  for (int i = 0; i < draws; ++i) ++times[exponential_mechanism(bits, scores, sensitivity, epsilon)];
  for (double& one : times) one /= draws;
  return times;
}

std::vector<double> expected(const std::vector<double>& scores, double sensitivity, double epsilon) {
  std::vector<double> weights;
  double sum = 0;
  for (const double score : scores) {
    weights.push_back(std::exp(epsilon * score / (2 * sensitivity)));
    sum += weights.back();
  }
  for (double& one : weights) one /= sum;
  return weights;
}

}  // namespace

// A false alarm: one in a million runs for each candidate.
TEST_CASE("candidates are chosen as often as their scores say") {
  constexpr int k_draws = 40'000;
  for (const double sensitivity : {1.0, 3.5}) {
    const std::vector<double> scores{0, 1, 2.5, -4, 7.25, 7.25};
    for (const double epsilon : {0.05, 1.0, 4.0}) {
      const std::vector<double> seen = shares(scores, sensitivity, epsilon, k_draws);
      const std::vector<double> due = expected(scores, sensitivity, epsilon);
      for (std::size_t i = 0; i < scores.size(); ++i) {
        INFO(i);
        CHECK(std::abs(seen[i] - due[i]) < 4.9 * std::sqrt(std::max(due[i], 1e-3) / k_draws));
      }
    }
  }
}

TEST_CASE("one candidate is chosen, a hopeless one is not, and scores alike are chosen alike") {
  CHECK(shares({5}, 1, 1, 10) == std::vector<double>{1});
  CHECK(shares({0, 1e9}, 1, 1, 200) == std::vector<double>{0, 1});
  const std::vector<double> alike = shares({3, 3, 3, 3}, 1, 1e-6, 20'000);
  for (const double share : alike) CHECK(std::abs(share - 0.25) < 4.9 * std::sqrt(0.1875 / 20'000));
}

TEST_CASE("scores that are no numbers are refused before anything is chosen") {
  CountedBits bits(1);
  for (const double bad : {std::nan(""), 1.0 / 0.0})
    CHECK(tests::raised([&] {
            exponential_mechanism(bits, std::vector<double>{0, bad}, 1, 1);
          }).kind() == errors::Kind::internal);
  CHECK(bits.taken() == 0);
}
