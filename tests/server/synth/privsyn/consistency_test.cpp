#include "server/synth/privsyn/consistency.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "server/synth/random/random.h"
#include "tests/catch.h"

using namespace ctgan::synth;
using namespace ctgan::synth::privsyn;
using marginals::AttributeSet;
using marginals::Domain;
using marginals::Factor;
using marginals::Measurement;

namespace {

double total_of(const std::vector<double>& cells) {
  return std::accumulate(cells.begin(), cells.end(), 0.0);
}

// Of a distribution of 1,000 rows over all cells, with even noise.
std::vector<Measurement> noisy(const Domain& domain, const std::vector<AttributeSet>& sets, double noise) {
  random::Stream random(11, random::StreamId::rows);
  Factor all(domain, domain.all(), 0);
  for (double& cell : all.cells) cell = random.next_double();
  const double scale = 1000 / total_of(all.cells);
  for (double& cell : all.cells) cell *= scale;
  std::vector<Measurement> measurements;
  for (const AttributeSet& set : sets) {
    Factor marginal = project_sum(domain, all, set);
    for (double& cell : marginal.cells) cell += noise * (2 * random.next_double() - 1);
    measurements.push_back({set, std::move(marginal.cells), std::max(noise, 1.0)});
  }
  return measurements;
}

}  // namespace

TEST_CASE("marginals agree wherever they overlap, have the total, and no negative cell") {
  const Domain domain({3, 4, 2, 5});
  const auto measurements = noisy(domain, {{0}, {0, 1}, {1, 2}, {0, 2, 3}, {1, 3}}, 30);
  const std::vector<Factor> consistent = consistent_marginals(domain, measurements, 1000);
  REQUIRE(consistent.size() == measurements.size());
  for (const Factor& one : consistent) {
    CHECK(total_of(one.cells) == Approx(1000));
    CHECK(*std::min_element(one.cells.begin(), one.cells.end()) >= 0);
    for (const Factor& other : consistent) {
      const AttributeSet shared = intersection_of(one.attributes, other.attributes);
      const double apart = marginals::l1_distance(project_sum(domain, one, shared).cells,
                                                  project_sum(domain, other, shared).cells);
      CHECK(apart < 2);
    }
  }
}

TEST_CASE("exact marginals stay as they are") {
  const Domain domain({3, 4, 2});
  const auto measurements = noisy(domain, {{0, 1}, {1, 2}, {0, 2}}, 0);
  const auto consistent = consistent_marginals(domain, measurements, 1000);
  for (std::size_t i = 0; i < consistent.size(); ++i)
    CHECK(marginals::l1_distance(consistent[i].cells, measurements[i].cells) < 1e-6);
}

// Two measurements of one marginal are worth their mean by inverse variance.
TEST_CASE("what was measured well counts for more") {
  const Domain domain({2});
  const std::vector<Measurement> measurements{{{0}, {600, 400}, 10}, {{0}, {400, 600}, 20}};
  const auto consistent = consistent_marginals(domain, measurements, 1000);
  CHECK(consistent[0].cells[0] == Approx(0.8 * 600 + 0.2 * 400));
  CHECK(consistent[1].cells[0] == Approx(consistent[0].cells[0]));
}
