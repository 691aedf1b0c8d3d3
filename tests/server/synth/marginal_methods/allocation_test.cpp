#include "server/synth/marginal_methods/allocation.h"

#include <cmath>
#include <numbers>
#include <numeric>

#include "server/synth/random/random.h"
#include "tests/catch.h"

using namespace ctgan::synth;
using namespace ctgan::synth::marginal_methods;

namespace {

double gain_of(std::span<const Measurable> chosen, std::span<const double> rhos) {
  double gain = 0;
  for (std::size_t i = 0; i < chosen.size(); ++i)
    gain += chosen[i].weight * (chosen[i].error - chosen[i].cells / std::sqrt(std::numbers::pi * rhos[i]));
  return gain;
}

std::vector<Measurable> made_up(std::size_t count, random::Stream& random) {
  std::vector<Measurable> candidates;
  for (std::size_t i = 0; i < count; ++i)
    candidates.push_back(
        {4000 * random.next_double() - 200, 1.0 + random.next_below(500), 1.0 + random.next_below(3)});
  return candidates;
}

}  // namespace

TEST_CASE("no other division of the budget among what is measured gains more") {
  random::Stream random(3, random::StreamId::rows);
  const std::vector<Measurable> chosen = made_up(6, random);
  const std::vector<double> best = allocate_to_all(chosen, 0.2);
  CHECK(std::accumulate(best.begin(), best.end(), 0.0) == Approx(0.2));
  for (std::size_t a = 0; a < best.size(); ++a)
    for (std::size_t b = 0; b < best.size(); ++b) {
      if (a == b) continue;
      std::vector<double> other = best;
      other[a] += 0.1 * other[b];
      other[b] *= 0.9;
      CHECK(gain_of(chosen, other) < gain_of(chosen, best));
    }
}

TEST_CASE("what is said to be gained is the gain of the shares, which are all of the budget") {
  random::Stream random(5, random::StreamId::rows);
  const std::vector<Measurable> candidates = made_up(12, random);
  const Allocation allocation = allocate(candidates, 0.05);
  std::vector<Measurable> chosen;
  std::vector<double> rhos;
  for (const Allocation::Share& share : allocation.shares) {
    chosen.push_back(candidates[share.place]);
    rhos.push_back(share.rho);
  }
  CHECK(std::accumulate(rhos.begin(), rhos.end(), 0.0) == Approx(0.05));
  CHECK(gain_of(chosen, rhos) == Approx(allocation.gain));
}

// The greedy order is optimal for what can be divided; whole candidates are within a few hundredths of the best subset.
TEST_CASE("hardly any set of candidates gains more than the one that is chosen") {
  random::Stream random(7, random::StreamId::rows);
  for (int round = 0; round < 40; ++round) {
    const std::vector<Measurable> candidates = made_up(8, random);
    const double rho = 0.01 * (1 + round % 10);
    double most = 0;
    for (unsigned subset = 1; subset < 256; ++subset) {
      std::vector<Measurable> chosen;
      for (unsigned i = 0; i < 8; ++i)
        if ((subset >> i & 1U) != 0) chosen.push_back(candidates[i]);
      most = std::max(most, gain_of(chosen, allocate_to_all(chosen, rho)));
    }
    CAPTURE(round, most);
    CHECK(allocate(candidates, rho).gain >= 0.95 * most);
  }
}

TEST_CASE("one candidate gets all of it, whatever it gains; none is no allocation") {
  const std::vector<Measurable> hopeless{{-50, 1000, 1}};
  const Allocation one = allocate(hopeless, 0.1);
  REQUIRE(one.shares.size() == 1);
  CHECK(one.shares[0].rho == Approx(0.1));
  CHECK(one.gain < 0);
  CHECK(allocate({}, 0.1).shares.empty());
}
