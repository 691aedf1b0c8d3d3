// Scores of one column against their definitions, counted the slow way, and what must hold of them whatever the cells.
#include "server/synth/evaluate/column_scores.h"

#include <cmath>
#include <limits>
#include <set>

#include "tests/catch.h"
#include "tests/server/synth/evaluate/small_tables.h"

using namespace ctgan;
using namespace ctgan::synth::evaluate;

namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

// Few different values, so that there are ties.
std::vector<double> some_numbers(std::size_t rows, std::uint64_t seed, std::uint32_t different) {
  synth::random::Stream random(seed, synth::random::StreamId::rows);
  std::vector<double> numbers(rows);
  for (double& number : numbers) number = random.next_below(different) / 4.0;
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

double share_up_to(const std::vector<double>& values, double most) {
  const auto count = std::count_if(values.begin(), values.end(), [&](double v) { return v <= most; });
  return static_cast<double>(count) / static_cast<double>(values.size());
}

// The definition: the largest distance of the two cumulative shares, at every value that there is.
double slow_complement(const SortedColumn& column) {
  double largest = 0;
  for (const auto* values : {&column.original, &column.synthetic}) {
    for (const double value : *values)
      largest = std::max(
          largest, std::abs(share_up_to(column.original, value) - share_up_to(column.synthetic, value)));
  }
  return 1 - largest;
}

SortedColumn turned(const SortedColumn& column) {
  return {column.synthetic, column.original, column.synthetic_missing, column.original_missing};
}

CountedColumn turned(const CountedColumn& column) {
  return {column.synthetic, column.original, column.synthetic_missing, column.original_missing};
}

ColumnResult scored(const table::Column& original, const table::Column& synthetic) {
  const table::Table first({original}), second({synthetic});
  return score_column(tests::compared(first, nullptr, second).columns[0]);
}

}  // namespace

TEST_CASE("The distance of two samples is the largest between their cumulative shares") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    const SortedColumn column{some_numbers(1 + seed % 17, seed, 1 + seed % 9),
                              some_numbers(1 + seed % 23, seed + 100, 1 + seed % 11)};
    CHECK(*ks_complement(column) == Approx(slow_complement(column)).margin(1e-12));
  }
  const double most = std::numeric_limits<double>::infinity();
  CHECK(*ks_complement({{-most, 0, most}, {-most, 0, most}}) == 1);
  CHECK(*ks_complement({{1, 2}, {3, 4}}) == 0);
  CHECK(*ks_complement({{3, 4}, {1, 2}}) == 0);
}

TEST_CASE("The distance is the same either way round, lies in 0 to 1, and knows ranks only") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    SortedColumn column{some_numbers(20, seed, 12), some_numbers(31, seed + 100, 15)};
    const double score = *ks_complement(column);
    CHECK(score == *ks_complement(turned(column)));
    CHECK(score >= 0);
    CHECK(score <= 1);
    SortedColumn grown = column;
    for (auto* values : {&grown.original, &grown.synthetic})
      for (double& value : *values) value = std::exp(value) - 7;
    CHECK(*ks_complement(grown) == score);
    // Rows that come twice in a table are the same distribution.
    SortedColumn doubled = column;
    doubled.original.insert(doubled.original.end(), column.original.begin(), column.original.end());
    std::sort(doubled.original.begin(), doubled.original.end());
    CHECK(*ks_complement(doubled) == Approx(score).margin(1e-12));
    CHECK(*ks_complement({column.original, column.original}) == 1);
  }
}

TEST_CASE("A table without a number has no distance, and a range of one number no coverage") {
  CHECK_FALSE(ks_complement({{}, {1}}).has_value());
  CHECK_FALSE(ks_complement({{1}, {}}).has_value());
  CHECK_FALSE(range_coverage({{}, {1}}).has_value());
  CHECK_FALSE(range_coverage({{1, 2}, {}}).has_value());
  CHECK_FALSE(range_coverage({{5, 5}, {4, 6}}).has_value());
  CHECK_FALSE(boundary_adherence({{}, {1}}).has_value());
  CHECK_FALSE(boundary_adherence({{1}, {}}).has_value());
  CHECK_FALSE(tv_complement({{0, 0}, {1, 1}}).has_value());
  CHECK_FALSE(tv_complement({{1, 1}, {0, 0}}).has_value());
  CHECK_FALSE(category_coverage({{0, 0}, {1, 1}}).has_value());
  CHECK_FALSE(category_adherence({{1, 1}, {0, 0}}).has_value());
}

TEST_CASE("Coverage is what is left of the original's range between the synthetic ends") {
  const std::vector<double> ten{0, 3, 10};
  CHECK(*range_coverage({ten, {0, 10}}) == 1);
  CHECK(*range_coverage({ten, {-5, 50}}) == 1);
  CHECK(*range_coverage({ten, {2, 9}}) == Approx(0.7));
  CHECK(*range_coverage({ten, {4, 4}}) == 0);
  CHECK(*range_coverage({ten, {-3, 4}}) == Approx(0.4));
  // Beyond either end there is nothing of it.
  CHECK(*range_coverage({ten, {20, 30}}) == 0);
  CHECK(*range_coverage({ten, {-9, -1}}) == 0);
}

TEST_CASE("A number on the original's ends adheres to them") {
  CHECK(*boundary_adherence({{1, 5}, {1, 5}}) == 1);
  CHECK(*boundary_adherence({{1, 5}, {0, 1, 3, 5, 6}}) == Approx(0.6));
  CHECK(*boundary_adherence({{1, 5}, {6, 7}}) == 0);
}

TEST_CASE("Missing cells are outside of the range, unless the original has some") {
  CHECK(*boundary_adherence({{1, 5}, {2, 3}, 0, 2}) == Approx(0.5));
  CHECK(*boundary_adherence({{1, 5}, {2, 3}, 1, 2}) == 1);
  // Nothing but missing cells that do not count is nothing.
  CHECK_FALSE(boundary_adherence({{1, 5}, {}, 1, 2}).has_value());
  CHECK(*boundary_adherence({{1, 5}, {}, 0, 2}) == 0);
  CHECK(*category_adherence({{2, 0}, {1, 0}, 0, 3}) == Approx(0.25));
  CHECK(*category_adherence({{2, 0}, {1, 0}, 1, 3}) == 1);
  CHECK(*category_adherence({{2, 0}, {0, 0}, 0, 3}) == 0);
}

TEST_CASE("Shares of categories differ by half the sum of their differences, the same either way round") {
  CHECK(*tv_complement({{1, 1, 2}, {2, 1, 1}}) == Approx(0.75));
  CHECK(*tv_complement({{3, 0}, {0, 8}}) == 0);
  CHECK(*tv_complement({{1, 2, 3}, {10, 20, 30}}) == Approx(1));
  synth::random::Stream random(3, synth::random::StreamId::rows);
  for (int trial = 0; trial < 40; ++trial) {
    CountedColumn column{std::vector<double>(6), std::vector<double>(6)};
    for (std::size_t code = 0; code < 6; ++code) {
      column.original[code] = random.next_below(5);
      column.synthetic[code] = random.next_below(9);
    }
    column.original[0] += 1;
    column.synthetic[1] += 1;
    const double score = *tv_complement(column);
    CHECK(score == Approx(*tv_complement(turned(column))).margin(1e-12));
    CHECK(score >= 0);
    CHECK(score <= 1);
    // A category is a name: in any order.
    std::rotate(column.original.begin(), column.original.begin() + 2, column.original.end());
    std::rotate(column.synthetic.begin(), column.synthetic.begin() + 2, column.synthetic.end());
    CHECK(*tv_complement(column) == Approx(score).margin(1e-12));
    // Two categories that are taken for one are never farther apart.
    column.original[3] += std::exchange(column.original[4], 0);
    column.synthetic[3] += std::exchange(column.synthetic[4], 0);
    CHECK(*tv_complement(column) >= score - 1e-12);
  }
}

TEST_CASE("Categories are reached or not, however rare, and those of nobody count for nothing") {
  CHECK(*category_coverage({{100, 1, 1, 0}, {1, 0, 5, 7}}) == Approx(2.0 / 3));
  CHECK(*category_adherence({{100, 1, 1, 0}, {1, 0, 5, 6}}) == Approx(0.5));
}

TEST_CASE("Missing rates are shares of all rows, and similar by their difference") {
  const ColumnResult numbers = scored(tests::number_column("n", {1, 2, std::nullopt, 4}),
                                      tests::number_column("n", {1, std::nullopt}));
  CHECK(numbers.missing.original == 0.25);
  CHECK(numbers.missing.synthetic == 0.5);
  CHECK(numbers.missing.similarity == 0.75);
  const ColumnResult texts =
      scored(tests::text_column("t", {"a", "", "", "b"}), tests::text_column("t", {"a", "b", "a"}));
  CHECK(texts.missing.original == 0.5);
  CHECK(texts.missing.synthetic == 0);
  CHECK(texts.missing.similarity == 0.5);
}

TEST_CASE("A column says which metric its score is of, and keeps its name and kind") {
  const ColumnResult numbers = scored(tests::number_column("n", {1, 2}), tests::number_column("n", {1, 2}));
  CHECK(numbers.name == "n");
  CHECK(numbers.kind == "numerical");
  CHECK(numbers.shape == ColumnShape::numeric);
  CHECK(numbers.score_metric == "KSComplement");
  CHECK(numbers.distribution.labels.empty());
  const ColumnResult texts = scored(tests::text_column("t", {"a", "b"}), tests::text_column("t", {"b", "c"}));
  CHECK(texts.kind == "categorical");
  CHECK(texts.shape == ColumnShape::categorical);
  CHECK(texts.score_metric == "TVComplement");
  CHECK(texts.distribution.edges.empty());
  CHECK(*texts.score == 0.5);
  CHECK(*texts.coverage == 0.5);
  CHECK(*texts.adherence == 0.5);
}

TEST_CASE("The order of rows changes no score") {
  const table::Table original = tests::people(120, 1);
  const table::Table synthetic = tests::people(90, 2);
  std::vector<std::size_t> backwards(90);
  for (std::size_t row = 0; row < 90; ++row) backwards[row] = 89 - row;
  const ComparedTables one = tests::compared(original, nullptr, synthetic);
  const ComparedTables other = tests::compared(original, nullptr, tests::picked(synthetic, backwards));
  for (std::size_t column = 0; column < one.columns.size(); ++column) {
    CAPTURE(column);
    const ColumnResult a = score_column(one.columns[column]);
    const ColumnResult b = score_column(other.columns[column]);
    CHECK(a.score == b.score);
    CHECK(a.coverage == b.coverage);
    CHECK(a.adherence == b.adherence);
    CHECK(a.distribution.synthetic == b.distribution.synthetic);
  }
}

TEST_CASE("Numbers are sorted without the missing ones, codes are counted without them") {
  CHECK(sorted_present(std::vector<double>{3, k_nan, -1, 2, k_nan}) == std::vector<double>{-1, 2, 3});
  CHECK(sorted_present(std::vector<double>{k_nan}).empty());
  CHECK(counts_of(std::vector<std::uint32_t>{0, 2, k_missing_code, 2}, 4) == std::vector<double>{1, 0, 2, 0});
  CHECK(counts_of({}, 0).empty());
}
