#include "server/synth/marginals/counting.h"

#include <cmath>

#include "common/errors/error.h"
#include "server/synth/marginals/sparse_counts.h"
#include "server/synth/random/random.h"
#include "tests/catch.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth;
using namespace ctgan::synth::marginals;

std::vector<codecs::Codes> random_columns(const Domain& domain, std::size_t rows, std::uint64_t seed = 1) {
  random::Stream random(seed, random::StreamId::rows);
  std::vector<codecs::Codes> columns;
  for (Attribute a = 0; a < domain.attributes(); ++a) {
    const auto size = static_cast<std::uint32_t>(domain.size(a));
    columns.push_back(codecs::Codes::sized(size, rows));
    // Uneven, so that some cells have many rows in succession.
    for (std::size_t row = 0; row < rows; ++row)
      columns.back().set(row, random.next_below(4) == 0 ? random.next_below(size) : size / 2);
  }
  return columns;
}

Counts counts_one_by_one(const Domain& domain, const std::vector<codecs::Codes>& columns,
                         const AttributeSet& attributes) {
  Counts counts(domain.cells(attributes));
  for (std::size_t row = 0; row < columns.front().rows(); ++row) {
    std::size_t cell = 0;
    for (const Attribute a : attributes) cell = cell * domain.size(a) + columns[a].code(row);
    ++counts[cell];
  }
  return counts;
}

std::uint64_t sum_of_counts(const Counts& counts) {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : counts) sum += count;
  return sum;
}

}  // namespace

TEST_CASE(
    "every marginal has each row once, in its cell, for codes of every width and any number of threads") {
  const Domain domain({3, 300, 1, 70'000, 7});
  const std::vector<codecs::Codes> columns = random_columns(domain, 5003);
  const std::vector<AttributeSet> sets = {{0}, {1}, {3}, {0, 1}, {1, 4}, {0, 2, 4}, {3, 4}, {}, {2}};
  for (const int threads : {1, 3}) {
    threads::ThreadPool pool(threads);
    const std::vector<Counts> counts = count_marginals(domain, columns, sets, pool);
    for (std::size_t set = 0; set < sets.size(); ++set) {
      CHECK(counts[set] == counts_one_by_one(domain, columns, sets[set]));
      CHECK(count_marginal(domain, columns, sets[set], pool) == counts[set]);
    }
  }
}

TEST_CASE("an empty table has no row in any cell") {
  threads::ThreadPool pool(2);
  const Domain domain({3, 4});
  const std::vector<codecs::Codes> columns = random_columns(domain, 0);
  CHECK(count_marginal(domain, columns, {0, 1}, pool) == Counts(12));
  CHECK(count_sparse_pair(domain, columns, 0, 1).empty());
}

TEST_CASE("rows that are all equal are counted in one cell") {
  threads::ThreadPool pool(2);
  const Domain domain({3, 4});
  std::vector<codecs::Codes> columns = {codecs::Codes::sized(3, 9999), codecs::Codes::sized(4, 9999)};
  const Counts counts = count_marginal(domain, columns, {0, 1}, pool);
  CHECK(counts[0] == 9999);
  CHECK(sum_of_counts(counts) == 9999);
}

TEST_CASE("a marginal that no memory holds is refused") {
  threads::ThreadPool pool(2);
  const Domain domain({70'000, 70'000});
  CHECK_THROWS_AS(count_marginal(domain, random_columns(domain, 3), {0, 1}, pool), errors::Error);
}

TEST_CASE("a sparse pair has the cells that are not empty, in their order") {
  const Domain domain({90, 400});
  const std::vector<codecs::Codes> columns = random_columns(domain, 700);
  const Counts dense = counts_one_by_one(domain, columns, {0, 1});
  std::vector<CellCount> expected;
  for (std::uint32_t cell = 0; cell < dense.size(); ++cell)
    if (dense[cell] > 0) expected.push_back({cell / 400, cell % 400, dense[cell]});
  CHECK(count_sparse_pair(domain, columns, 0, 1) == expected);
}

TEST_CASE("the distance from independence counts the empty cells too") {
  const Domain domain({9, 40});
  const std::vector<codecs::Codes> columns = random_columns(domain, 300);
  // A model that is not the table's: its marginals need not be whole numbers.
  std::vector<double> first(9, 320.0 / 9), second(40, 8);
  first[0] += 5;
  first[1] -= 5;
  const Counts dense = counts_one_by_one(domain, columns, {0, 1});
  double expected = 0;
  for (std::size_t cell = 0; cell < dense.size(); ++cell)
    expected += std::abs(static_cast<double>(dense[cell]) - first[cell / 40] * second[cell % 40] / 320);
  CHECK(l1_from_independence(count_sparse_pair(domain, columns, 0, 1), first, second, 320) ==
        Approx(expected).epsilon(1e-12));
}
