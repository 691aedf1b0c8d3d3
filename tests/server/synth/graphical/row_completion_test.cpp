#include "server/synth/graphical/row_completion.h"

#include <cmath>

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
using graphical::RowCompletion;
using graphical::RowSampler;
using Columns = std::vector<codecs::Codes>;

GraphicalModel some_model(const Domain& domain, const std::vector<AttributeSet>& sets) {
  threads::ThreadPool pool(1);
  random::Stream random(4, random::StreamId::rows);
  std::vector<Factor> potentials;
  for (const AttributeSet& set : sets) potentials.push_back(graphical::random_potential(domain, set, random));
  return {domain, std::move(potentials), 1, pool};
}

RowSampler::Streams streams_of(std::uint64_t seed) {
  return [=](Attribute attribute) { return random::Stream(seed, random::StreamId::sampling, attribute); };
}

// What of each row is known repeats after as many rows as there are patterns: bit a of a pattern is attribute a's.
RowCompletion::KnownRows known_by_pattern(std::size_t attributes, std::size_t rows,
                                          const std::vector<unsigned>& patterns) {
  RowCompletion::KnownRows known(attributes);
  for (std::size_t a = 0; a < attributes; ++a)
    for (std::size_t row = 0; row < rows; ++row)
      known[a].push_back((patterns[row % patterns.size()] >> a & 1U) != 0 ? 1 : 0);
  return known;
}

// Pearson's statistic of the rows of one pattern, in standard deviations above its mean.
double deviations_of(const GraphicalModel& model, const Columns& columns, std::size_t pattern,
                     std::size_t patterns, const std::vector<std::size_t>& codes, unsigned is_known) {
  const Domain& domain = model.domain();
  std::vector<double> expected = model.marginal(domain.all()).cells, counts(expected.size());
  double mass = 0, rows = 0, statistic = 0, freedom = -1;
  for (std::size_t cell = 0; cell < expected.size(); ++cell) {
    const std::vector<std::size_t> own = graphical::codes_of_cell(domain, domain.all(), cell);
    for (std::size_t a = 0; a < own.size(); ++a)
      if ((is_known >> a & 1U) != 0 && own[a] != codes[a]) expected[cell] = 0;
    mass += expected[cell];
  }
  for (std::size_t row = pattern; row < columns[0].rows(); row += patterns, ++rows) {
    std::vector<std::size_t> own;
    for (const codecs::Codes& column : columns) own.push_back(column.code(row));
    ++counts[graphical::cell_of_row(domain, domain.all(), own)];
  }
  for (std::size_t cell = 0; cell < expected.size(); ++cell) {
    if (expected[cell] == 0 && counts[cell] > 0) return INFINITY;
    if (expected[cell] == 0) continue;
    const double mean = expected[cell] * rows / mass;
    statistic += (counts[cell] - mean) * (counts[cell] - mean) / mean;
    freedom += 1;
  }
  return freedom > 0 ? (statistic - freedom) / std::sqrt(2 * freedom) : 0;
}

}  // namespace

TEST_CASE("what is unknown of a row is distributed as among the rows that have what is known") {
  const Domain domain({2, 3, 4, 5});
  const std::vector<std::size_t> codes = {1, 2, 0, 3};
  const std::vector<unsigned> patterns = {0b0000, 0b0010, 0b1010, 0b0101, 0b1000, 0b1111, 0b0111};
  const std::size_t rows = patterns.size() * 30'000;
  for (const std::vector<AttributeSet>& sets :
       {std::vector<AttributeSet>{{0, 1}, {1, 2}, {2, 3}, {0, 3}},
        std::vector<AttributeSet>{{0, 1}, {1, 2}, {1, 3}}, std::vector<AttributeSet>{{0, 2}, {1, 3}},
        std::vector<AttributeSet>{{0, 1, 2, 3}}}) {
    const GraphicalModel model = some_model(domain, sets);
    Columns columns = RowSampler(model).empty_columns(rows);
    for (std::size_t a = 0; a < 4; ++a)
      for (std::size_t row = 0; row < rows; ++row) columns[a].set(row, static_cast<std::uint32_t>(codes[a]));
    RowCompletion(model).draw(streams_of(3), known_by_pattern(4, rows, patterns), 0, rows, columns);
    // A statistic of one degree of freedom is 18 standard deviations (26) too large once in 10^6 times, of more
    // degrees less often; seeds are fixed.
    for (std::size_t pattern = 0; pattern < patterns.size(); ++pattern)
      CHECK(deviations_of(model, columns, pattern, patterns.size(), codes, patterns[pattern]) < 18);
  }
}

TEST_CASE("completed rows are the same wherever in a table they stand") {
  const Domain domain({2, 3, 4, 5});
  const GraphicalModel model = some_model(domain, {{0, 1}, {1, 2}, {2, 3}});
  const RowCompletion completion(model);
  Columns alone = RowSampler(model).empty_columns(100), among = RowSampler(model).empty_columns(300);
  completion.draw(streams_of(5), known_by_pattern(4, 100, {0b0100}), 0, 100, alone);
  completion.draw(streams_of(5), known_by_pattern(4, 300, {0b0100}), 150, 100, among);
  for (std::size_t a = 0; a < 4; ++a)
    for (std::size_t row = 0; row < 100; ++row) REQUIRE(alone[a].code(row) == among[a].code(150 + row));
}

TEST_CASE("known codes that cannot be together stay, and the rest is drawn all the same") {
  threads::ThreadPool pool(1);
  const Domain domain({2, 2, 2});
  const double impossible = -std::numeric_limits<double>::infinity();
  const GraphicalModel model(
      domain, {Factor({0, 1}, {0, impossible, impossible, 0}), Factor({1, 2}, {0, 0, 0, 0})}, 1, pool);
  Columns columns = RowSampler(model).empty_columns(50);
  for (std::size_t row = 0; row < 50; ++row) columns[1].set(row, 1);
  RowCompletion(model).draw(streams_of(1), known_by_pattern(3, 50, {0b011}), 0, 50, columns);
  std::size_t ones = 0;
  for (std::size_t row = 0; row < 50; ++row) {
    CHECK(columns[0].code(row) == 0);
    CHECK(columns[1].code(row) == 1);
    ones += columns[2].code(row);
  }
  CHECK(ones > 5);
  CHECK(ones < 45);
}
