#include "server/synth/graphical/row_sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "server/synth/marginals/counting.h"
#include "tests/catch.h"
#include "tests/server/synth/graphical/brute_force.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth;
using graphical::Attribute;
using graphical::AttributeSet;
using graphical::Domain;
using graphical::Factor;
using graphical::GraphicalModel;
using graphical::RowSampler;
using Columns = std::vector<codecs::Codes>;

constexpr double k_impossible = -std::numeric_limits<double>::infinity();

GraphicalModel some_model(const Domain& domain, const std::vector<AttributeSet>& sets, std::uint64_t seed,
                          double total = 1000) {
  threads::ThreadPool pool(1);
  random::Stream random(seed, random::StreamId::rows);
  std::vector<Factor> potentials;
  for (const AttributeSet& set : sets) potentials.push_back(graphical::random_potential(domain, set, random));
  return {domain, std::move(potentials), total, pool};
}

RowSampler::Streams streams_of(std::uint64_t seed, std::uint64_t block) {
  return [=](Attribute attribute) {
    return random::Stream(seed, random::StreamId::sampling, 1000 * block + attribute);
  };
}

Columns drawn(const GraphicalModel& model, std::size_t rows, std::uint64_t seed) {
  const RowSampler sampler(model);
  Columns columns = sampler.empty_columns(rows);
  sampler.draw(streams_of(seed, 0), 0, rows, columns);
  return columns;
}

bool are_equal(const Columns& a, const Columns& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const codecs::Codes& x, const codecs::Codes& y) { return x.codes == y.codes; });
}

std::vector<double> counts_of(const Domain& domain, const Columns& columns, const AttributeSet& attributes) {
  threads::ThreadPool pool(1);
  return marginals::as_doubles(marginals::count_marginal(domain, columns, attributes, pool));
}

// Pearson's statistic against `expected`, which has the counts' sum, in standard deviations above its mean. A cell of
// which nothing is expected may not have a row.
double chi_square_deviations(const std::vector<double>& counts, const std::vector<double>& expected) {
  double statistic = 0, freedom = -1;
  for (std::size_t cell = 0; cell < counts.size(); ++cell) {
    if (expected[cell] == 0) {
      if (counts[cell] > 0) return INFINITY;
      continue;
    }
    statistic += (counts[cell] - expected[cell]) * (counts[cell] - expected[cell]) / expected[cell];
    freedom += 1;
  }
  return freedom > 0 ? (statistic - freedom) / std::sqrt(2 * freedom) : 0;
}

// Of 119 degrees of freedom and more a statistic is 6 standard deviations too large once in 10^6 times; seeds are
// fixed, so that a test that passes goes on to pass.
constexpr double k_most_deviations = 6;

const std::vector<AttributeSet> k_ring = {{0, 1}, {1, 2}, {2, 3}, {0, 3}};

}  // namespace

TEST_CASE("independent rows have the joint distribution of the model, by a chi-square test") {
  const Domain domain({2, 3, 4, 5});
  const std::size_t rows = 200'000;
  for (const std::vector<AttributeSet>& sets :
       {k_ring, std::vector<AttributeSet>{{0, 1}, {1, 2}, {1, 3}}, std::vector<AttributeSet>{{0, 1, 2, 3}},
        std::vector<AttributeSet>{{2}}, std::vector<AttributeSet>{{0, 3}, {1, 2}}}) {
    const GraphicalModel model = some_model(domain, sets, 1, static_cast<double>(rows));
    const std::vector<double> counts = counts_of(domain, drawn(model, rows, 7), domain.all());
    const double deviations = chi_square_deviations(counts, model.marginal(domain.all()).cells);
    CHECK(deviations < k_most_deviations);
    CHECK(deviations > -k_most_deviations);
  }
}

TEST_CASE("codes of every width are drawn") {
  const Domain domain({300, 70'000, 1, 2});
  const GraphicalModel model = some_model(domain, {{0, 3}, {1, 3}}, 2, 100'000);
  const Columns columns = drawn(model, 100'000, 3);
  CHECK(chi_square_deviations(counts_of(domain, columns, {0, 3}), model.marginal({0, 3}).cells) <
        k_most_deviations);
  CHECK(chi_square_deviations(counts_of(domain, columns, {1}), model.marginal({1}).cells) <
        k_most_deviations);
}

TEST_CASE("blocks are the same in any order, wherever in a table they are drawn") {
  const Domain domain({2, 30, 4, 5});
  const RowSampler sampler(some_model(domain, k_ring, 3));
  constexpr std::size_t k_block = 700;
  Columns forwards = sampler.empty_columns(3 * k_block), backwards = forwards;
  for (const std::size_t block : {0U, 1U, 2U})
    sampler.draw(streams_of(5, block), block * k_block, k_block, forwards);
  threads::ThreadPool pool(3);
  pool.run(3, [&](std::size_t task) {
    const std::size_t block = 2 - task;
    sampler.draw(streams_of(5, block), block * k_block, k_block, backwards);
  });
  CHECK(are_equal(forwards, backwards));
  Columns alone = sampler.empty_columns(k_block);
  sampler.draw(streams_of(5, 1), 0, k_block, alone);
  for (std::size_t row = 0; row < k_block; ++row)
    for (Attribute a = 0; a < 4; ++a) REQUIRE(alone[a].code(row) == forwards[a].code(k_block + row));
}

TEST_CASE("a rounded table's counts are less than one from what is expected of each group") {
  const Domain domain({2, 3, 4, 5});
  threads::ThreadPool pool(1);
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const GraphicalModel model = some_model(domain, k_ring, seed);
    const std::size_t rows = 500 + 37 * seed;
    const Columns columns = RowSampler(model).rounded_table(rows, seed, pool);
    for (const graphical::ConditionalTable& table : graphical::conditional_tables(model)) {
      const AttributeSet joint = union_of(table.parents, {table.attribute});
      const std::vector<double> counts = counts_of(domain, columns, joint);
      const std::vector<double> groups = counts_of(domain, columns, table.parents);
      const std::vector<double> expected = model.marginal(joint).cells;
      const std::vector<double> of_parents = model.marginal(table.parents).cells;
      for (std::size_t cell = 0; cell < counts.size(); ++cell) {
        std::vector<std::size_t> codes(4);
        for (std::size_t place = 0; place < joint.size(); ++place)
          codes[joint[place]] = graphical::codes_of_cell(domain, joint, cell)[place];
        const std::size_t group = graphical::cell_of_row(domain, table.parents, codes);
        CHECK(std::abs(counts[cell] - groups[group] * expected[cell] / of_parents[group]) < 1);
      }
    }
  }
}

// Pairs of siblings, of whose cells groups say nothing: independent rows are as far from what is expected as chance has it.
TEST_CASE("a rounded table has pairs of codes nearer to what is expected than groups alone would have them") {
  const Domain domain({4, 6, 6, 6, 6, 40});
  const std::vector<AttributeSet> star = {{0, 1}, {0, 2}, {0, 3}, {0, 4}, {0, 5}};
  constexpr std::size_t k_rows = 5000;
  threads::ThreadPool pool(1);
  const GraphicalModel model = some_model(domain, star, 12, static_cast<double>(k_rows));
  const Columns rounded = RowSampler(model).rounded_table(k_rows, 1, pool),
                independent = drawn(model, k_rows, 1);
  for (Attribute a = 1; a < 6; ++a)
    for (Attribute b = 1; b < a; ++b) {
      const std::vector<double> expected = model.marginal({b, a}).cells;
      CHECK(marginals::l1_distance(counts_of(domain, rounded, {b, a}), expected) <
            0.5 * marginals::l1_distance(counts_of(domain, independent, {b, a}), expected));
    }
}

// What siblings have of each other beyond their parent is nothing: rows of a group are in no order that both know.
TEST_CASE("codes of siblings in a rounded table depend on each other by their parent alone") {
  const Domain domain({2, 12, 12});
  constexpr std::size_t k_rows = 20'000;
  threads::ThreadPool pool(1);
  const GraphicalModel model = some_model(domain, {{0, 1}, {0, 2}}, 13, static_cast<double>(k_rows));
  const Columns columns = RowSampler(model).rounded_table(k_rows, 1, pool);
  const std::vector<double> expected = model.marginal({0, 1, 2}).cells;
  const double distance = marginals::l1_distance(counts_of(domain, columns, {0, 1, 2}), expected);
  CHECK(distance < 0.1 * k_rows);
}

TEST_CASE("more codes than a row can look at are rounded too") {
  const Domain domain({3, 1000});
  threads::ThreadPool pool(1);
  const GraphicalModel model = some_model(domain, {{0, 1}}, 14, 10'000);
  const std::vector<double> counts =
      counts_of(domain, RowSampler(model).rounded_table(10'000, 1, pool), {0, 1});
  CHECK(graphical::largest_difference(counts, model.marginal({0, 1}).cells) < 2);
}

TEST_CASE("fractions that are left go to codes in their proportion, and rows of a group are in any order") {
  const Domain domain({3});
  threads::ThreadPool pool(1);
  // Of one row .2, .3 and .5 are expected.
  const GraphicalModel model(domain, {Factor({0}, {std::log(2.0), std::log(3.0), std::log(5.0)})}, 10, pool);
  const RowSampler sampler(model);
  constexpr std::size_t k_tables = 20'000;
  std::vector<double> counts(3), first_of_ten(3);
  for (std::uint64_t seed = 0; seed < k_tables; ++seed) {
    ++counts[sampler.rounded_table(1, seed, pool)[0].code(0)];
    ++first_of_ten[sampler.rounded_table(10, seed, pool)[0].code(0)];
  }
  const std::vector<double> expected = {.2 * k_tables, .3 * k_tables, .5 * k_tables};
  // Of 2 degrees of freedom 13 standard deviations (a statistic of 28) are exceeded once in 10^6 times.
  CHECK(chi_square_deviations(counts, expected) < 13);
  CHECK(chi_square_deviations(first_of_ten, expected) < 13);
}

TEST_CASE("a rounded table is the same on any number of threads") {
  const Domain domain({20, 30, 4, 50});
  threads::ThreadPool one(1), three(3);
  const RowSampler sampler(some_model(domain, k_ring, 4));
  CHECK(are_equal(sampler.rounded_table(60'000, 9, one), sampler.rounded_table(60'000, 9, three)));
  CHECK_FALSE(are_equal(sampler.rounded_table(600, 9, one), sampler.rounded_table(600, 10, one)));
}

TEST_CASE("cells that cannot be are never drawn") {
  const Domain domain({2, 3, 4});
  threads::ThreadPool pool(1);
  Factor ab(domain, {0, 1}, 0.0), bc(domain, {1, 2}, 0.0);
  ab.cells[0] = ab.cells[5] = bc.cells[0] = bc.cells[3] = bc.cells[11] = k_impossible;
  const GraphicalModel model(domain, {ab, bc}, 10'000, pool);
  const std::vector<double> expected = model.marginal(domain.all()).cells;
  CHECK(chi_square_deviations(counts_of(domain, drawn(model, 10'000, 1), domain.all()), expected) <
        k_most_deviations);
  const std::vector<double> rounded =
      counts_of(domain, RowSampler(model).rounded_table(10'000, 1, pool), domain.all());
  for (std::size_t cell = 0; cell < rounded.size(); ++cell)
    if (expected[cell] == 0) CHECK(rounded[cell] == 0);
}

TEST_CASE("rows given some codes have them, and all else is distributed as among the rows that have them") {
  const Domain domain({2, 3, 4, 5});
  threads::ThreadPool pool(1);
  const std::size_t rows = 100'000;
  const GraphicalModel model = some_model(domain, k_ring, 6, static_cast<double>(rows));
  const std::vector<graphical::AllowedCodes> allowed = {{0, {1}}, {2, {0, 3}}};
  const GraphicalModel given = model.given(allowed, pool);
  std::vector<double> expected = model.marginal(domain.all()).cells;
  double left = 0;
  for (std::size_t cell = 0; cell < expected.size(); ++cell) {
    const std::vector<std::size_t> codes = graphical::codes_of_cell(domain, domain.all(), cell);
    if (codes[0] != 1 || codes[2] == 1 || codes[2] == 2) expected[cell] = 0;
    left += expected[cell];
  }
  for (double& cell : expected) cell *= static_cast<double>(rows) / left;
  CHECK(graphical::largest_difference(given.marginal(domain.all()).cells, expected) < 1e-6);
  CHECK(chi_square_deviations(counts_of(domain, drawn(given, rows, 8), domain.all()), expected) <
        k_most_deviations);
}

TEST_CASE("degenerate models are drawn from") {
  threads::ThreadPool pool(2);
  const RowSampler constant(GraphicalModel(Domain({1}), {}, 5, pool));
  CHECK(constant.rounded_table(3, 1, pool)[0].code(2) == 0);
  const GraphicalModel one(Domain({4}), {Factor({0}, {k_impossible, k_impossible, 0, k_impossible})}, 5,
                           pool);
  for (const Columns& columns : {drawn(one, 100, 1), RowSampler(one).rounded_table(100, 1, pool)})
    for (std::size_t row = 0; row < 100; ++row) REQUIRE(columns[0].code(row) == 2);
  CHECK(drawn(one, 0, 1)[0].rows() == 0);
  CHECK(RowSampler(one).rounded_table(0, 1, pool)[0].rows() == 0);
  CHECK(RowSampler(GraphicalModel(Domain({}), {}, 5, pool)).rounded_table(4, 1, pool).empty());
}
