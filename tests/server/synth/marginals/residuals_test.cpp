#include "server/synth/marginals/residuals.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "server/synth/random/random.h"
#include "tests/catch.h"

namespace {

using namespace ctgan::synth;
using marginals::Attribute;
using marginals::AttributeSet;
using marginals::Domain;
using marginals::Factor;
using marginals::Measurement;
using marginals::Residuals;

const Domain k_domain({2, 3, 4});
const std::vector<AttributeSet> k_measured = {{0}, {1}, {2}, {0, 1}, {1, 2}, {0, 1}};

std::vector<std::vector<double>> even_shares(const Domain& domain) {
  std::vector<std::vector<double>> shares;
  for (Attribute a = 0; a < domain.attributes(); ++a)
    shares.emplace_back(domain.size(a), 1 / static_cast<double>(domain.size(a)));
  return shares;
}

Factor random_counts(const Domain& domain, std::uint64_t seed) {
  random::Stream random(seed, random::StreamId::rows);
  Factor counts(domain, domain.all(), 0);
  for (double& cell : counts.cells) cell = 100 * random.next_double();
  return counts;
}

// Each set with a noise of its own.
std::vector<Measurement> measured(const Factor& counts, double noise, std::uint64_t seed) {
  random::Stream random(seed, random::StreamId::latent);
  std::vector<Measurement> measurements;
  for (const AttributeSet& set : k_measured) {
    Measurement one{set, marginals::project_sum(k_domain, counts, set).cells,
                    1 + static_cast<double>(measurements.size())};
    std::vector<float> normals(one.cells.size());
    random.fill_normal(normals);
    for (std::size_t cell = 0; cell < normals.size(); ++cell)
      one.cells[cell] += noise * one.sigma * double{normals[cell]};
    measurements.push_back(std::move(one));
  }
  return measurements;
}

Residuals residuals_of(const std::vector<Measurement>& measurements,
                       std::vector<std::vector<double>> shares) {
  Residuals residuals(k_domain, std::move(shares));
  for (const Measurement& one : measurements) residuals.add(one);
  return residuals;
}

// All cells, by steps along the gradient of the weighted squares, from 0.
Factor least_squares(const std::vector<Measurement>& measurements) {
  Factor cells(k_domain, k_domain.all(), 0);
  for (int step = 0; step < 20'000; ++step) {
    Factor gradient(k_domain, k_domain.all(), 0);
    for (const Measurement& one : measurements) {
      Factor off = marginals::project_sum(k_domain, cells, one.attributes);
      for (std::size_t cell = 0; cell < off.cells.size(); ++cell)
        off.cells[cell] = (off.cells[cell] - one.cells[cell]) / (one.sigma * one.sigma);
      marginals::add(k_domain, off, gradient);
    }
    for (std::size_t cell = 0; cell < cells.cells.size(); ++cell)
      cells.cells[cell] -= 0.04 * gradient.cells[cell];
  }
  return cells;
}

double greatest_difference(std::span<const double> a, std::span<const double> b) {
  double greatest = 0;
  REQUIRE(a.size() == b.size());
  for (std::size_t cell = 0; cell < a.size(); ++cell)
    greatest = std::max(greatest, std::abs(a[cell] - b[cell]));
  return greatest;
}

}  // namespace

TEST_CASE("with codes equally likely the estimates are the least squares of all measurements") {
  const std::vector<Measurement> measurements = measured(random_counts(k_domain, 1), 5, 2);
  const Residuals residuals = residuals_of(measurements, even_shares(k_domain));
  const Factor expected = least_squares(measurements);
  for (const AttributeSet& set : {AttributeSet(), AttributeSet{0}, AttributeSet{1}, AttributeSet{2},
                                  AttributeSet{0, 1}, AttributeSet{1, 2}})
    CHECK(greatest_difference(residuals.marginal(set).cells,
                              marginals::project_sum(k_domain, expected, set).cells) < 1e-6);
}

TEST_CASE("what was measured without noise comes back, whatever the shares are") {
  const Factor counts = random_counts(k_domain, 3);
  const Residuals residuals = residuals_of(measured(counts, 0, 0), {{.9, .1}, {.2, .3, .5}, {0, .4, .4, .2}});
  for (const AttributeSet& set : k_measured)
    CHECK(greatest_difference(residuals.marginal(set).cells,
                              marginals::project_sum(k_domain, counts, set).cells) < 1e-9);
}

TEST_CASE("estimates agree where they have attributes in common, measured or not") {
  const Residuals residuals =
      residuals_of(measured(random_counts(k_domain, 4), 20, 5), {{.9, .1}, {.2, .3, .5}, {.1, .4, .3, .2}});
  const Factor all = residuals.marginal({0, 1, 2});
  for (const AttributeSet& set : {AttributeSet{0, 1}, AttributeSet{0, 2}, AttributeSet{2}, AttributeSet()})
    CHECK(greatest_difference(marginals::project_sum(k_domain, all, set).cells,
                              residuals.marginal(set).cells) < 1e-9);
}

TEST_CASE("a pair that was not measured is the product of what its attributes are expected to be") {
  const std::vector<double> of_0 = {30, 70}, of_1 = {20, 50, 30};
  Residuals residuals(
      k_domain, {marginals::shares_of(of_0, 1e-9), marginals::shares_of(of_1, 1e-9), {.25, .25, .25, .25}});
  residuals.add({{0}, of_0});
  residuals.add({{1}, of_1});
  const Factor pair = residuals.marginal({0, 1});
  for (std::size_t a = 0; a < 2; ++a)
    for (std::size_t b = 0; b < 3; ++b)
      CHECK(pair.cells[3 * a + b] == Approx(of_0[a] * of_1[b] / 100).epsilon(1e-6));
}

TEST_CASE("of the better measurement an estimate has more") {
  Residuals residuals(k_domain, even_shares(k_domain));
  residuals.add({{0}, {10, 90}, 1});
  residuals.add({{0}, {60, 40}, 3});
  CHECK(residuals.marginal({0}).cells[0] == Approx(10 + 50 * (1.0 / 9) / (1 + 1.0 / 9)));
  // The noise of three codes is the sum of theirs.
  Residuals of_pair(k_domain, even_shares(k_domain));
  of_pair.add({{0}, {10, 90}, 1});
  of_pair.add({{0, 1}, {20, 20, 20, 14, 13, 13}, 1});
  CHECK(of_pair.marginal({0}).cells[0] == Approx(10 + 50 * (1.0 / 3) / (1 + 1.0 / 3)));
}

TEST_CASE("without negative cells it is the nearest of its total") {
  Residuals residuals(k_domain, even_shares(k_domain));
  residuals.add({{2}, {50, -30, 10, 4}});
  const std::vector<double> cells = residuals.nonnegative_marginal({2}).cells;
  // (50 - e) + (10 - e)+ + (4 - e)+ = 34 gives e = 16 where only the first stays.
  CHECK(greatest_difference(cells, std::vector<double>{34, 0, 0, 0}) < 1e-9);
  Residuals none(k_domain, even_shares(k_domain));
  none.add({{2}, {-5, -6, -7, -8}});
  CHECK(none.nonnegative_marginal({2}).cells == std::vector<double>(4));
}

TEST_CASE("shares keep a part for every code") {
  const std::vector<double> shares = marginals::shares_of(std::vector<double>{-4, 30, 10}, .3);
  CHECK(shares[0] == Approx(.1));
  CHECK(shares[1] == Approx(.7 * .75 + .1));
  CHECK(std::accumulate(shares.begin(), shares.end(), 0.0) == Approx(1));
  CHECK(marginals::shares_of(std::vector<double>{-1, -1}, .1) == std::vector<double>{.5, .5});
}
