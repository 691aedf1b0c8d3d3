// Exact small cases over 2 x 3 x 4, from iterative proportional fitting and from the conditions of optimality, solved
// by other means.
#include "server/synth/graphical/estimation.h"

#include <algorithm>
#include <limits>

#include "common/errors/error.h"
#include "server/synth/random/random.h"
#include "tests/catch.h"
#include "tests/server/synth/graphical/brute_force.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth;
using graphical::AttributeSet;
using graphical::Domain;
using graphical::Estimate;
using graphical::EstimationOptions;
using graphical::Factor;
using graphical::Measurement;

constexpr double k_impossible = -std::numeric_limits<double>::infinity();

const AttributeSet k_ab{0, 1}, k_bc{1, 2}, k_ac{0, 2};

Domain small_domain() {
  return Domain({2, 3, 4});
}

void go_on() {}

Estimate estimate_on_one_thread(const Domain& domain, const std::vector<Measurement>& measurements,
                                const EstimationOptions& options) {
  threads::ThreadPool pool(1);
  return graphical::estimate(domain, measurements, options, pool, go_on);
}

std::vector<Measurement> noisy_chain() {
  return {{k_ab, {11.2, 18.7, 6.1, 14.0, 31.5, 19.2}, 1},
          {k_bc, {6.3, 9.1, 5.8, 4.2, 19.0, 11.4, 8.7, 12.1, 4.4, 6.2, 9.5, 6.0}, 2}};
}

const std::vector<double> k_chain_ab = {11.05740741, 18.60185185, 5.99074074,
                                        13.85740741, 31.40185185, 19.09074074};
const std::vector<double> k_chain_bc = {6.1787037,   8.9787037,   5.6787037,  4.0787037,
                                        18.70092593, 11.10092593, 8.40092593, 11.80092593,
                                        4.14537037,  5.94537037,  9.24537037, 5.74537037};
const std::vector<double> k_chain_ac = {10.68920966, 9.53453357,  7.85374861,  7.57250816,
                                        18.33579034, 16.49046643, 15.47125139, 14.05249184};

void check_noisy_chain(const Estimate& estimate, double tolerance) {
  CHECK(graphical::largest_difference(estimate.model.marginal(k_ab).cells, k_chain_ab) < tolerance);
  CHECK(graphical::largest_difference(estimate.model.marginal(k_bc).cells, k_chain_bc) < tolerance);
  CHECK(graphical::largest_difference(estimate.model.marginal(k_ac).cells, k_chain_ac) < tolerance);
  CHECK(estimate.loss == Approx(0.126400462963).margin(1e-10));
}

}  // namespace

TEST_CASE("case 1: a chain without noise is estimated as the product of its conditional distributions") {
  const std::vector<Measurement> chain = {{k_ab, {10, 20, 5, 15, 30, 20}, 1},
                                          {k_bc, {5, 10, 5, 5, 20, 10, 10, 10, 5, 5, 10, 5}, 1}};
  const Estimate found = estimate_on_one_thread(small_domain(), chain, {.total = 100, .iterations = 3000});
  CHECK(graphical::largest_difference(found.model.marginal(k_ac).cells, {11, 9, 8, 7, 19, 16, 17, 13}) <
        1e-8);
  CHECK(graphical::largest_difference(
            found.model.marginal({0, 1, 2}).cells,
            {2, 4, 2, 2, 8, 4, 4, 4, 1, 1, 2, 1, 3, 6, 3, 3, 12, 6, 6, 6, 4, 4, 8, 4}) < 1e-8);
  CHECK(found.model.entropy() == Approx(3.0017591671915294).margin(1e-9));
  CHECK(found.loss < 1e-15);
  CHECK(found.iterations < 1000);
}

TEST_CASE("case 2: a triangle without noise is estimated by the distribution of greatest entropy") {
  const std::vector<Measurement> triangle = {{k_ab, {7, 12, 8, 6, 16, 11}, 1},
                                             {k_bc, {6, 4, 1, 2, 10, 8, 6, 4, 1, 3, 7, 8}, 1},
                                             {k_ac, {8, 7, 7, 5, 9, 8, 7, 9}, 1}};
  const std::vector<double> joint = {3.28496445, 2.21009857, .6052432,  .89969377,  4.2773141,  3.46171077,
                                     2.91856508, 1.34241006, .43772144, 1.32819066, 3.47619172, 2.75789617,
                                     2.71503555, 1.78990143, .3947568,  1.10030623, 5.7226859,  4.53828923,
                                     3.08143492, 2.65758994, .56227856, 1.67180934, 3.52380828, 5.24210383};
  const Estimate found = estimate_on_one_thread(small_domain(), triangle, {.total = 60, .iterations = 3000});
  CHECK(found.model.tree().cliques.size() == 1);
  CHECK(graphical::largest_difference(found.model.marginal({0, 1, 2}).cells, joint) < 2e-8);
  CHECK(found.model.entropy() == Approx(2.985936734023274).margin(1e-9));
}

TEST_CASE("case 3: a noisy chain is weighed by 1 / sigma^2") {
  check_noisy_chain(estimate_on_one_thread(small_domain(), noisy_chain(),
                                           {.total = 100, .iterations = 3000, .least_progress = 0}),
                    2e-8);
  // Where it ends by itself.
  check_noisy_chain(estimate_on_one_thread(small_domain(), noisy_chain(), {.total = 100}), 1e-4);
}

TEST_CASE("case 3 is found from any start") {
  threads::ThreadPool pool(1);
  random::Stream random(2, random::StreamId::rows);
  for (int trial = 0; trial < 5; ++trial) {
    std::vector<Factor> potentials;
    for (const AttributeSet& set : {k_ab, k_bc})
      potentials.push_back(graphical::random_potential(small_domain(), set, random));
    const graphical::GraphicalModel start(small_domain(), potentials, 100, pool);
    check_noisy_chain(
        estimate_on_one_thread(small_domain(), noisy_chain(),
                               {.total = 100, .iterations = 5000, .least_progress = 0, .start = &start}),
        1e-7);
  }
}

TEST_CASE("the order of measurements changes nothing but rounding") {
  std::vector<Measurement> turned = noisy_chain();
  std::reverse(turned.begin(), turned.end());
  const EstimationOptions options{.total = 100, .iterations = 3000, .least_progress = 0};
  check_noisy_chain(estimate_on_one_thread(small_domain(), turned, options), 2e-8);
}

TEST_CASE("measuring twice is as good as measuring once with half the variance") {
  const Domain domain = small_domain();
  std::vector<Measurement> twice = noisy_chain(), once = noisy_chain();
  twice.push_back(twice.front());
  once.front().sigma = std::sqrt(0.5);
  const EstimationOptions options{.total = 100, .iterations = 3000, .least_progress = 0};
  const Estimate a = estimate_on_one_thread(domain, twice, options),
                 b = estimate_on_one_thread(domain, once, options);
  CHECK(graphical::largest_difference(a.model.marginal(domain.all()).cells,
                                      b.model.marginal(domain.all()).cells) < 1e-6);
  CHECK(a.loss == Approx(b.loss).epsilon(1e-10));
}

// The nearest point with the total: each cell gives way by its variance.
TEST_CASE("a cell with the noise of several gives way more than others") {
  const std::vector<Measurement> measured = {{{0}, {30, 50, 40}, 3, {1, 1, 4}}};
  const Estimate found = estimate_on_one_thread(Domain({3}), measured, {.total = 110, .iterations = 2000});
  CHECK(graphical::largest_difference(found.model.marginal({0}).cells,
                                      {30 - 10. / 6, 50 - 10. / 6, 40 - 40. / 6}) < 1e-6);
  // Sums of 100 and 120 with variances of 2 and 6 sigma^2.
  CHECK(graphical::estimated_total(std::vector<Measurement>{{{0}, {40, 60}, 3}, measured[0]}) == Approx(105));
}

TEST_CASE("measurements that contradict each other leave the loss of their distance from the mean") {
  const Domain domain({2});
  const Estimate found =
      estimate_on_one_thread(domain, {{{0}, {4, 6}, 1}, {{0}, {6, 4}, 1}}, {.total = 10, .iterations = 500});
  CHECK(graphical::largest_difference(found.model.marginal({0}).cells, {5, 5}) < 1e-9);
  CHECK(found.loss == Approx(2));
}

TEST_CASE("the total is the mean of the measurements' sums by inverse variance, and never below 1") {
  CHECK(graphical::estimated_total(noisy_chain()) == Approx(100.9222222222).epsilon(1e-11));
  CHECK(graphical::estimated_total({}) == 1);
  const std::vector<Measurement> negative = {{{0}, {-5, -7}, 3}};
  CHECK(graphical::estimated_total(negative) == 1);
  CHECK(estimate_on_one_thread(Domain({2}), negative, {}).model.total() == 1);
}

TEST_CASE("negative counts become cells that next to no row has") {
  const Estimate found =
      estimate_on_one_thread(Domain({3}), {{{0}, {-20, 60, 50}, 4}}, {.total = 100, .iterations = 2000});
  const std::vector<double> cells = found.model.marginal({0}).cells;
  CHECK(graphical::largest_difference(cells, {0, 55, 45}) < 1e-3);
  CHECK(cells[0] >= 0);
}

TEST_CASE("degenerate inputs have their models") {
  threads::ThreadPool pool(1);
  const auto nothing = estimate_on_one_thread(small_domain(), {}, {.total = 24});
  CHECK(graphical::largest_difference(nothing.model.marginal({0, 1}).cells, {4, 4, 4, 4, 4, 4}) < 1e-12);
  CHECK(nothing.iterations == 0);
  const auto constant = estimate_on_one_thread(Domain({1}), {{{0}, {17.5}, 2}}, {});
  CHECK(constant.model.marginal({0}).cells[0] == Approx(17.5));
  const auto count = estimate_on_one_thread(small_domain(), {{{}, {12}, 2}}, {});
  CHECK(count.model.total() == 12);
  const auto empty = estimate_on_one_thread(small_domain(), {{{0}, {0, 0}, 1}}, {});
  CHECK(empty.model.marginal({0}).cells[0] == Approx(0.5));
  const auto equal = estimate_on_one_thread(small_domain(), {{{0, 1}, {0, 0, 0, 0, 70, 0}, 1}},
                                            {.total = 70, .iterations = 5000, .least_progress = 0});
  CHECK(equal.model.marginal({0, 1}).cells[4] == Approx(70).margin(0.01));
}

TEST_CASE("cells that cannot be have no rows, and the others are as near as they can be") {
  EstimationOptions options{.total = 100, .iterations = 3000};
  options.fixed.emplace_back(small_domain(), k_ab, 0.0);
  options.fixed.front().cells[2] = k_impossible;
  const Estimate found = estimate_on_one_thread(small_domain(), noisy_chain(), options);
  CHECK(found.model.marginal(k_ab).cells[2] == 0);
  CHECK(found.loss > 1);
  // Carried over, and no second time.
  const Estimate again = [&] {
    EstimationOptions next = options;
    next.start = &found.model;
    return estimate_on_one_thread(small_domain(), noisy_chain(), next);
  }();
  CHECK(again.model.potentials().size() == found.model.potentials().size());
  CHECK(again.loss == Approx(found.loss).epsilon(1e-6));
  CHECK(again.iterations <= 200);
}

TEST_CASE("an earlier model over other cliques is where the next estimate begins") {
  const Domain domain = small_domain();
  const std::vector<Measurement> chain = noisy_chain();
  const Estimate first = estimate_on_one_thread(domain, {chain[0]}, {.total = 100, .iterations = 2000});
  EstimationOptions options{.total = 100, .iterations = 0};
  options.start = &first.model;
  const Estimate same = estimate_on_one_thread(domain, {chain[0]}, options);
  CHECK(same.loss == Approx(first.loss).margin(1e-12));
  CHECK(graphical::largest_difference(same.model.marginal(k_ab).cells, first.model.marginal(k_ab).cells) <
        1e-10);
  std::vector<Measurement> more = chain;
  more.push_back({k_ac, {10, 10, 8, 7, 18, 17, 15, 15}, 3});
  options.iterations = 5000;
  options.least_progress = 0;
  const Estimate end = estimate_on_one_thread(domain, more, options);
  const Estimate cold_end =
      estimate_on_one_thread(domain, more, {.total = 100, .iterations = 5000, .least_progress = 0});
  CHECK(graphical::largest_difference(end.model.marginal(domain.all()).cells,
                                      cold_end.model.marginal(domain.all()).cells) < 1e-6);
}

// All pairs of four attributes, of whose ten codes few have most rows, as in tables.
TEST_CASE("an estimate that ends where only noise is left is nearer to exact counts than the optimum") {
  const Domain domain({10, 10, 10, 10});
  threads::ThreadPool pool(1);
  const std::vector<AttributeSet> pairs = {{0, 1}, {1, 2}, {2, 3}, {0, 3}, {0, 2}, {1, 3}};
  random::Stream random(1, random::StreamId::rows);
  std::vector<Factor> potentials;
  for (const AttributeSet& pair : pairs)
    potentials.push_back(graphical::random_potential(domain, pair, random, 6));
  const graphical::GraphicalModel truth(domain, potentials, 20'000, pool);
  std::vector<Measurement> measurements;
  for (const AttributeSet& pair : pairs) {
    Measurement one{pair, truth.marginal(pair).cells, 60};
    std::vector<float> noise(one.cells.size());
    random.fill_normal(noise);
    for (std::size_t cell = 0; cell < noise.size(); ++cell)
      one.cells[cell] += one.sigma * double{noise[cell]};
    measurements.push_back(std::move(one));
  }
  const Estimate optimum = estimate_on_one_thread(domain, measurements, {.iterations = 3000}),
                 early = estimate_on_one_thread(domain, measurements,
                                                {.iterations = 3000, .least_part_of_noise = 0.05});
  CHECK(early.iterations < optimum.iterations);
  CHECK(early.loss > optimum.loss);
  const auto distance = [&](const Estimate& estimate) {
    double sum = 0;
    for (const AttributeSet& triple : {AttributeSet{0, 1, 2}, AttributeSet{1, 2, 3}, AttributeSet{0, 2, 3}})
      sum += marginals::l1_distance(estimate.model.marginal(triple).cells, truth.marginal(triple).cells);
    return sum;
  };
  CHECK(distance(early) < 0.95 * distance(optimum));
}

TEST_CASE("an estimate whose loss is more than noise goes on") {
  // What contradicts itself has no model without that loss.
  const std::vector<Measurement> measurements = {{{0}, {1000, 0}, 1}, {{0}, {0, 1000}, 1}, noisy_chain()[0]};
  const EstimationOptions stopping = {.iterations = 200, .least_part_of_noise = 0.05},
                          whole = {.iterations = 200};
  CHECK(estimate_on_one_thread(small_domain(), measurements, stopping).iterations ==
        estimate_on_one_thread(small_domain(), measurements, whole).iterations);
}

TEST_CASE("an estimate can be stopped between two iterations") {
  threads::ThreadPool pool(1);
  int calls = 0;
  const auto stop = [&] {
    if (++calls == 3) throw errors::Error(errors::Kind::job_cancelled, "cancelled");
  };
  const std::vector<Measurement> chain = noisy_chain();
  CHECK_THROWS_AS(graphical::estimate(small_domain(), chain, {.total = 100}, pool, stop), errors::Error);
  CHECK(calls == 3);
}

TEST_CASE("the joint table of the Car data is found from all its pairs") {
  // 4 x 4 x 4 x 3 x 3 x 3 x 4 = 6,912 cells: as many as the UCI Car Evaluation data has.
  const Domain domain({4, 4, 4, 3, 3, 3, 4});
  random::Stream random(5, random::StreamId::rows);
  std::vector<Factor> truth;
  for (graphical::Attribute a = 0; a < 7; ++a)
    for (graphical::Attribute b = 0; b < a; ++b)
      truth.push_back(graphical::random_potential(domain, {a, b}, random, 1.5));
  const std::vector<double> joint = graphical::joint_of(domain, truth, 1728);
  std::vector<Measurement> pairs;
  for (graphical::Attribute a = 0; a < 7; ++a)
    for (graphical::Attribute b = 0; b < a; ++b)
      pairs.push_back({{a, b}, graphical::marginal_of(domain, joint, {a, b}), 1});
  const Estimate found =
      estimate_on_one_thread(domain, pairs, {.total = 1728, .iterations = 3000, .least_progress = 0});
  CHECK(found.model.tree().cells == 6912);
  // The distribution is of greatest entropy among those with its pairs.
  CHECK(graphical::largest_difference(found.model.marginal(domain.all()).cells, joint) < 1e-4);
  const std::vector<Measurement> all = {{domain.all(), joint, 1}};
  const Estimate whole = estimate_on_one_thread(domain, all, {.total = 1728, .iterations = 3000});
  CHECK(graphical::largest_difference(whole.model.marginal(domain.all()).cells, joint) < 1e-2);
}

TEST_CASE("estimates are the same on any number of threads") {
  const Domain domain({30, 40, 50, 20});
  random::Stream random(6, random::StreamId::rows);
  std::vector<Measurement> measurements;
  for (const AttributeSet& set : std::vector<AttributeSet>{{0, 1}, {1, 2}, {0, 2}, {2, 3}}) {
    measurements.push_back({set, {}, 5});
    for (std::size_t cell = 0; cell < domain.cells(set); ++cell)
      measurements.back().cells.push_back(40 * random.next_double() - 5);
  }
  threads::ThreadPool one(1), three(3);
  const EstimationOptions options{.iterations = 30};
  const Estimate a = graphical::estimate(domain, measurements, options, one, go_on);
  const Estimate b = graphical::estimate(domain, measurements, options, three, go_on);
  CHECK(a.loss == b.loss);
  for (std::size_t factor = 0; factor < a.model.potentials().size(); ++factor)
    CHECK(a.model.potentials()[factor].cells == b.model.potentials()[factor].cells);
}
