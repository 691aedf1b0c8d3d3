// Against the definition: all rows that there can be, one by one.
#include "server/synth/graphical/graphical_model.h"

#include <algorithm>
#include <limits>

#include "common/errors/error.h"
#include "tests/catch.h"
#include "tests/server/synth/graphical/brute_force.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth;
using graphical::AttributeSet;
using graphical::Domain;
using graphical::Factor;
using graphical::GraphicalModel;

constexpr double k_impossible = -std::numeric_limits<double>::infinity();

using Sets = std::vector<AttributeSet>;

std::vector<Factor> potentials_of(const Domain& domain, const Sets& sets, std::uint64_t seed) {
  random::Stream random(seed, random::StreamId::rows);
  std::vector<Factor> potentials;
  for (const AttributeSet& set : sets) potentials.push_back(graphical::random_potential(domain, set, random));
  return potentials;
}

void check_marginals(const Domain& domain, const std::vector<Factor>& potentials) {
  threads::ThreadPool pool(1);
  const double total = 40;
  const GraphicalModel model(domain, potentials, total, pool);
  const std::vector<double> joint = graphical::joint_of(domain, potentials, total);
  for (const AttributeSet& attributes : graphical::all_subsets(domain))
    CHECK(graphical::largest_difference(model.marginal(attributes).cells,
                                        graphical::marginal_of(domain, joint, attributes)) < 1e-10);
  double entropy = 0;
  for (const double row : joint)
    if (row > 0) entropy -= row / total * std::log(row / total);
  CHECK(model.entropy() == Approx(entropy).epsilon(1e-12));
}

}  // namespace

TEST_CASE("marginals of every set of attributes are those of all rows, whatever the cliques") {
  const Domain domain({2, 3, 4, 5});
  const std::vector<Sets> models = {
      {{0, 1}, {1, 2}, {2, 3}},               // a tree
      {{0, 1}, {1, 2}, {2, 3}, {0, 3}},       // a cycle
      {{0, 1}, {1, 2}},                       // an attribute is missing
      {{0, 1}, {2, 3}},                       // two parts
      {{0, 1, 2, 3}},                         // one clique of all
      {{0}, {1}, {2}, {3}},                   // no clique of two
      {{3, 2}, {0, 1}, {2, 1}, {1, 2}, {2}},  // in another order, and twice
      {{0, 2, 3}, {1, 3}, {0}},
      {{}},
      {},
  };
  for (std::size_t model = 0; model < models.size(); ++model) {
    CAPTURE(model);
    check_marginals(domain, potentials_of(domain, models[model], model));
  }
}

TEST_CASE("marginals are those of all rows for random cliques of random domains") {
  random::Stream random(11, random::StreamId::rows);
  for (std::uint64_t trial = 0; trial < 60; ++trial) {
    std::vector<std::size_t> sizes;
    for (std::size_t a = 0; a < 6; ++a) sizes.push_back(1 + random.next_below(4));
    const Domain domain(sizes);
    Sets sets;
    for (std::size_t clique = 0; clique < 1 + trial % 7; ++clique) {
      std::vector<graphical::Attribute> attributes;
      for (std::uint32_t a = 0; a < 1 + random.next_below(3); ++a) attributes.push_back(random.next_below(6));
      sets.emplace_back(attributes);
    }
    CAPTURE(trial);
    check_marginals(domain, potentials_of(domain, sets, trial));
  }
}

TEST_CASE("the order of potentials and of attributes changes nothing") {
  threads::ThreadPool pool(1);
  const Domain domain({2, 3, 4, 5});
  std::vector<Factor> potentials = potentials_of(domain, {{0, 1}, {1, 2}, {2, 3}, {0, 3}}, 3);
  const GraphicalModel model(domain, potentials, 7, pool);
  std::reverse(potentials.begin(), potentials.end());
  const GraphicalModel turned(domain, potentials, 7, pool);
  // Attribute a becomes 3 - a: the cells of {a, b} are those of {3 - b, 3 - a}, transposed.
  const Domain mirrored({5, 4, 3, 2});
  std::vector<Factor> mirrored_potentials;
  for (const Factor& factor : potentials) {
    const graphical::Attribute a = factor.attributes[0], b = factor.attributes[1];
    Factor other(mirrored, {3 - b, 3 - a}, 0);
    for (std::size_t i = 0; i < domain.size(a); ++i)
      for (std::size_t j = 0; j < domain.size(b); ++j)
        other.cells[j * domain.size(a) + i] = factor.cells[i * domain.size(b) + j];
    mirrored_potentials.push_back(other);
  }
  const GraphicalModel mirror(mirrored, mirrored_potentials, 7, pool);
  for (graphical::Attribute a = 0; a < 4; ++a) {
    const std::vector<double> expected = model.marginal({a}).cells;
    CHECK(graphical::largest_difference(turned.marginal({a}).cells, expected) < 1e-12);
    CHECK(graphical::largest_difference(mirror.marginal({3 - a}).cells, expected) < 1e-12);
  }
  CHECK(model.log_partition() == Approx(mirror.log_partition()).epsilon(1e-13));
}

TEST_CASE("cells of -infinity have no rows, and what is left is exact") {
  const Domain domain({2, 3, 4, 3});
  std::vector<Factor> potentials = potentials_of(domain, {{0, 1}, {1, 2}, {2, 3}, {0, 3}}, 5);
  for (std::size_t cell = 0; cell < 3; ++cell) potentials[0].cells[cell] = k_impossible;  // the whole code 0
  potentials[1].cells[5] = potentials[2].cells[0] = potentials[2].cells[7] = k_impossible;
  check_marginals(domain, potentials);
  threads::ThreadPool pool(1);
  CHECK(GraphicalModel(domain, potentials, 9, pool).marginal({0}).cells[0] == 0);
}

TEST_CASE("potentials beyond what exponentials can hold are exact") {
  const Domain domain({2, 3, 4});
  threads::ThreadPool pool(1);
  std::vector<Factor> potentials = potentials_of(domain, {{0, 1}, {1, 2}}, 6);
  const GraphicalModel model(domain, potentials, 1, pool);
  for (double& cell : potentials[0].cells) cell += 5000;
  for (double& cell : potentials[1].cells) cell -= 90'000;
  const GraphicalModel shifted(domain, potentials, 1, pool);
  CHECK(graphical::largest_difference(model.marginal({0, 2}).cells, shifted.marginal({0, 2}).cells) < 1e-10);
  CHECK(shifted.log_partition() == Approx(model.log_partition() - 85'000).epsilon(1e-12));
}

// A separator's cell of e^-740 rows is a number whose inverse is none.
TEST_CASE("rows that are all but impossible leave no marginal without a number") {
  const Domain domain({2, 2, 2});
  check_marginals(domain, {Factor({0, 1}, {0, -740, 1, -741}), Factor({1, 2}, {0, 1, 2, 3})});
  check_marginals(domain, {Factor({0, 1}, {0, -720, 1, -5000}), Factor({1, 2}, {0, 1, 2, -300})});
}

TEST_CASE("a model without a possible row is refused") {
  threads::ThreadPool pool(1);
  const Domain domain({2, 3});
  CHECK_THROWS_AS(GraphicalModel(domain, {Factor(domain, {0, 1}, k_impossible)}, 1, pool), errors::Error);
}

TEST_CASE("a model of more cells than memory is refused before anything is allocated") {
  threads::ThreadPool pool(1);
  const Domain domain(std::vector<std::size_t>(40, 50));
  std::vector<Factor> potentials;
  for (graphical::Attribute a = 0; a < 40; ++a)
    for (graphical::Attribute b = 0; b < a; ++b) potentials.emplace_back(domain, AttributeSet{a, b}, 0.0);
  CHECK_THROWS_AS(GraphicalModel(domain, potentials, 1, pool), errors::Error);
  const GraphicalModel model(domain, {}, 1, pool);
  CHECK_THROWS_AS(model.marginal(domain.all()), errors::Error);
}

TEST_CASE("given some codes the marginals are those of the rows that have them") {
  threads::ThreadPool pool(1);
  const Domain domain({2, 3, 4, 5});
  const std::vector<Factor> potentials = potentials_of(domain, {{0, 1}, {1, 2}, {2, 3}}, 8);
  const GraphicalModel model(domain, potentials, 30, pool);
  const std::vector<graphical::AllowedCodes> allowed = {{1, {0, 2}}, {3, {4}}};
  const GraphicalModel given = model.given(allowed, pool);
  std::vector<double> joint = graphical::joint_of(domain, potentials, 30);
  double left = 0;
  for (std::size_t cell = 0; cell < joint.size(); ++cell) {
    const std::vector<std::size_t> codes = graphical::codes_of_cell(domain, domain.all(), cell);
    if (codes[1] == 1 || codes[3] != 4) joint[cell] = 0;
    left += joint[cell];
  }
  for (double& row : joint) row *= 30 / left;
  for (const AttributeSet& attributes : graphical::all_subsets(domain))
    CHECK(graphical::largest_difference(given.marginal(attributes).cells,
                                        graphical::marginal_of(domain, joint, attributes)) < 1e-10);
  CHECK(std::exp(given.log_partition() - model.log_partition()) == Approx(left / 30).epsilon(1e-12));
  CHECK_THROWS_AS(model.given(std::vector<graphical::AllowedCodes>{{1, {}}}, pool), errors::Error);
}

TEST_CASE("the number of threads changes no bit of a large model") {
  const Domain domain({40, 50, 30, 45, 20});
  const std::vector<Factor> potentials = potentials_of(domain, {{0, 1, 2}, {1, 2, 3}, {3, 4}, {0, 4}}, 9);
  threads::ThreadPool one(1), four(4);
  const GraphicalModel a(domain, potentials, 1e6, one), b(domain, potentials, 1e6, four);
  for (std::size_t clique = 0; clique < a.tree().cliques.size(); ++clique)
    CHECK(std::equal(a.belief(clique).begin(), a.belief(clique).end(), b.belief(clique).begin()));
}
