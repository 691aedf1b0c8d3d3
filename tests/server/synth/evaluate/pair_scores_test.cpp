// Scores of two columns against their definitions, and what must hold of them whatever the cells.
#include "server/synth/evaluate/pair_scores.h"

#include <cmath>
#include <limits>
#include <map>

#include "server/synth/evaluate/contingency.h"
#include "tests/catch.h"
#include "tests/server/synth/evaluate/small_tables.h"

using namespace ctgan;
using namespace ctgan::synth::evaluate;

namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

CodedColumn some_codes(std::size_t rows, std::uint32_t categories, std::uint64_t seed) {
  synth::random::Stream random(seed, synth::random::StreamId::rows);
  CodedColumn coded{std::vector<std::uint32_t>(rows), categories};
  for (std::uint32_t& code : coded.codes) code = random.next_below(categories);
  return coded;
}

using Cells = std::map<std::pair<std::uint32_t, std::uint32_t>, double>;

Cells shares_of(const CodedColumn& first, const CodedColumn& second) {
  Cells shares;
  for (std::size_t row = 0; row < first.codes.size(); ++row)
    shares[{first.codes[row], second.codes[row]}] += 1.0 / static_cast<double>(first.codes.size());
  return shares;
}

double slow_similarity(const Cells& a, const Cells& b) {
  Cells gaps = a;
  for (const auto& [cell, share] : b) gaps[cell] -= share;
  double sum = 0;
  for (const auto& [cell, gap] : gaps) sum += std::abs(gap);
  return 1 - sum / 2;
}

// By the chi-squared statistic against independence.
double slow_cramers_v(const CodedColumn& first, const CodedColumn& second) {
  const Cells shares = shares_of(first, second);
  std::map<std::uint32_t, double> rows, columns;
  for (const auto& [cell, share] : shares) {
    rows[cell.first] += share;
    columns[cell.second] += share;
  }
  double phi_squared = 0;
  for (const auto& [a, of_a] : rows) {
    for (const auto& [b, of_b] : columns) {
      const auto found = shares.find({a, b});
      const double share = found == shares.end() ? 0 : found->second;
      phi_squared += (share - of_a * of_b) * (share - of_a * of_b) / (of_a * of_b);
    }
  }
  return std::sqrt(phi_squared / static_cast<double>(std::min(rows.size(), columns.size()) - 1));
}

std::vector<double> some_numbers(std::size_t rows, std::uint64_t seed) {
  synth::random::Stream random(seed, synth::random::StreamId::rows);
  std::vector<double> numbers(rows);
  for (double& number : numbers) number = random.next_double() * 10 - 3;
  return numbers;
}

PairResult pair_with(double score, double original, double synthetic, bool counted = false) {
  return {0, 1, "m", score, original, synthetic, counted};
}

}  // namespace

TEST_CASE("Similarity and Cramer's V are those of a plain count, in dense and in sparse tables") {
  // Few cells are counted all, many are sorted.
  for (const std::uint32_t categories : {2U, 5U, 200U}) {
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
      CAPTURE(categories, seed);
      const CodedColumn a = some_codes(80, categories, seed), b = some_codes(80, 3, seed + 50);
      const CodedColumn c = some_codes(61, categories, seed + 100), d = some_codes(61, 3, seed + 150);
      const Contingency found = contingency({a, b}, {c, d});
      CHECK(found.similarity == Approx(slow_similarity(shares_of(a, b), shares_of(c, d))).margin(1e-12));
      CHECK(*found.original_association == Approx(slow_cramers_v(a, b)).margin(1e-9));
      CHECK(*found.synthetic_association == Approx(slow_cramers_v(c, d)).margin(1e-9));
      // Either column first, either table first.
      const Contingency across = contingency({b, a}, {d, c});
      CHECK(across.similarity == Approx(found.similarity).margin(1e-12));
      CHECK(*across.original_association == Approx(*found.original_association).margin(1e-12));
      CHECK(contingency({c, d}, {a, b}).similarity == Approx(found.similarity).margin(1e-12));
    }
  }
}

TEST_CASE("A column that is another's copy has an association of 1, one of a single category none") {
  const CodedColumn a = some_codes(50, 4, 1);
  CodedColumn renamed = a;
  for (std::uint32_t& code : renamed.codes) code = 3 - code;
  CHECK(*contingency({a, renamed}, {a, renamed}).original_association == Approx(1));
  CHECK(contingency({a, renamed}, {a, renamed}).similarity == Approx(1));
  const CodedColumn constant{std::vector<std::uint32_t>(50, 2), 4};
  CHECK_FALSE(contingency({a, constant}, {a, renamed}).original_association.has_value());
  CHECK(contingency({a, constant}, {a, renamed}).synthetic_association.has_value());
}

TEST_CASE("Missing codes become the last category, and missing numbers stand with the greatest") {
  const CodedColumn coded = with_missing_as_category(std::vector<std::uint32_t>{1, k_missing_code, 0}, 2);
  CHECK(coded.codes == std::vector<std::uint32_t>{1, 2, 0});
  CHECK(coded.categories == 3);
  const CodedColumn bins = ten_bins(std::vector<double>{0, 0.99, 1, 9.99, 10, k_nan, 5});
  CHECK(bins.categories == 11);
  CHECK(bins.codes == std::vector<std::uint32_t>{0, 0, 1, 9, 10, 10, 5});
  // One number has a range around it.
  CHECK(ten_bins(std::vector<double>{7, 7}).codes == std::vector<std::uint32_t>{5, 5});
  CHECK(ten_bins(std::vector<double>{k_nan, k_nan}).codes == std::vector<std::uint32_t>{10, 10});
}

TEST_CASE("A correlation is the same either way round and in any unit, and turns with the sign") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    std::vector<double> x = some_numbers(40, seed), y = some_numbers(40, seed + 20);
    for (std::size_t row = 0; row < x.size(); ++row) y[row] += x[row] * static_cast<double>(seed % 3);
    const double found = *correlation(x, y);
    CHECK(std::abs(found) <= 1);
    CHECK(*correlation(y, x) == Approx(found).margin(1e-12));
    std::vector<double> scaled = x, turned = x;
    for (double& value : scaled) value = 1e6 + 1000 * value;
    for (double& value : turned) value = -value;
    CHECK(*correlation(scaled, y) == Approx(found).margin(1e-9));
    CHECK(*correlation(turned, y) == Approx(-found).margin(1e-12));
    CHECK(*correlation(x, x) == Approx(1));
    CHECK(*correlation(x, turned) == Approx(-1));
  }
}

TEST_CASE(
    "A correlation is over the rows that have both numbers, and undefined where one does not vary there") {
  CHECK(*correlation(std::vector<double>{1, 2, k_nan, 4}, std::vector<double>{3, 5, 100, 9}) == Approx(1));
  CHECK(*correlation(std::vector<double>{1, 2, 3, 4}, std::vector<double>{4, 3, k_nan, 1}) == Approx(-1));
  CHECK_FALSE(correlation(std::vector<double>{1, 1, 9}, std::vector<double>{1, 2, k_nan}).has_value());
  CHECK_FALSE(correlation(std::vector<double>{1, k_nan}, std::vector<double>{1, 2}).has_value());
  CHECK_FALSE(correlation({}, {}).has_value());
}

TEST_CASE(
    "Two numbers are scored by half the difference of their correlations, which one of 0.5 leaves "
    "uncounted") {
  threads::ThreadPool pool(2);
  const auto table = [](const std::vector<std::optional<double>>& x,
                        const std::vector<std::optional<double>>& y) {
    return table::Table({tests::number_column("x", x), tests::number_column("y", y)});
  };
  const table::Table rising = table({1, 2, 3, 4}, {1, 2, 3, 4});
  const table::Table falling = table({1, 2, 3, 4}, {4, 3, 2, 1});
  const auto scored = [&](const table::Table& original, const table::Table& synthetic) {
    return score_pairs(tests::compared(original, nullptr, synthetic), pool).at(0);
  };
  const PairResult opposite = scored(rising, falling);
  CHECK(opposite.metric == "CorrelationSimilarity");
  CHECK(*opposite.score == Approx(0).margin(1e-12));
  CHECK(*opposite.original_association == Approx(1));
  CHECK(*opposite.synthetic_association == Approx(-1));
  CHECK(opposite.counted);
  CHECK(*scored(falling, falling).score == Approx(1));
  CHECK(scored(falling, rising).counted);
  // A correlation of 0.4 has too little to lose.
  CHECK_FALSE(scored(table({1, 2, 3, 4}, {2, 1, 4, 2.5}), rising).counted);
  const PairResult constant = scored(rising, table({5, 5, 5, 5}, {1, 2, 3, 4}));
  CHECK_FALSE(constant.score.has_value());
  CHECK_FALSE(constant.original_association.has_value());
  CHECK_FALSE(constant.counted);
}

TEST_CASE("Pairs come by first, then second, without what was left out, and one of text is of categories") {
  threads::ThreadPool pool(3);
  ComparedTables tables = tests::compared(tests::people(60, 1), nullptr, tests::people(60, 2));
  std::vector<std::pair<std::size_t, std::size_t>> places;
  for (const PairResult& pair : score_pairs(tables, pool)) {
    places.emplace_back(pair.first, pair.second);
    const bool numeric = pair.first == 0 && pair.second == 1;
    CHECK(pair.metric == (numeric ? "CorrelationSimilarity" : "ContingencySimilarity"));
    if (pair.score) CHECK((*pair.score >= 0 && *pair.score <= 1));
  }
  CHECK(places ==
        std::vector<std::pair<std::size_t, std::size_t>>{{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}});
  tables.columns[1].shape = ColumnShape::left_out;
  places.clear();
  for (const PairResult& pair : score_pairs(tables, pool)) places.emplace_back(pair.first, pair.second);
  CHECK(places == std::vector<std::pair<std::size_t, std::size_t>>{{0, 2}, {0, 3}, {2, 3}});
}

TEST_CASE("Up to two thousand pairs are all listed; of more the strongest by either table, in their order") {
  std::vector<PairResult> pairs(k_most_listed_pairs, pair_with(0.5, 0.1, 0.1));
  CHECK(listed_pairs(pairs).strongest.size() == k_most_listed_pairs);
  CHECK(listed_pairs(pairs).others == 0);
  CHECK_FALSE(listed_pairs(pairs).others_mean.has_value());
  CHECK(listed_pairs(pairs).others_worst == nullptr);
  pairs.push_back(pair_with(0.9, 0, -0.8));  // came from nowhere
  pairs.push_back(pair_with(0.9, 0.7, 0));   // was lost
  pairs.insert(pairs.begin(), pair_with(0.25, 0.05, 0.0));
  pairs.insert(pairs.begin() + 5, pair_with(0.75, 0.02, 0.01));
  const ListedPairs found = listed_pairs(pairs);
  REQUIRE(found.strongest.size() == k_most_listed_pairs);
  CHECK(std::is_sorted(found.strongest.begin(), found.strongest.end()));
  CHECK(found.strongest.back() == &pairs.back());
  CHECK(found.strongest[found.strongest.size() - 2] == &pairs[pairs.size() - 2]);
  // Two of equal strength gave way as well: the later ones.
  CHECK(found.strongest.front() == &pairs[1]);
  CHECK(found.others == 4);
  CHECK(*found.others_mean == Approx((0.25 + 0.75 + 0.5 + 0.5) / 4));
  CHECK(found.others_worst == &pairs.front());
}

TEST_CASE("Pairs without a score count for no mean and are never the worst") {
  std::vector<PairResult> pairs(k_most_listed_pairs, pair_with(1, 1, 1));
  for (int i = 0; i < 3; ++i) pairs.push_back({0, 1, "m", std::nullopt, std::nullopt, std::nullopt, false});
  CHECK(listed_pairs(pairs).others == 3);
  CHECK_FALSE(listed_pairs(pairs).others_mean.has_value());
  CHECK(listed_pairs(pairs).others_worst == nullptr);
}

TEST_CASE("The quality score is the mean of shapes and counted trends, of one where there is no other") {
  ColumnResult good, poor, none;
  good.score = 0.9;
  poor.score = 0.5;
  const std::vector<PairResult> pairs{pair_with(0.2, 1, 1, true), pair_with(0.6, 1, 1, true),
                                      pair_with(1, 0, 0, false)};
  const QualityScore both = quality_score({good, none, poor}, pairs);
  CHECK(*both.shapes == Approx(0.7));
  CHECK(*both.trends == Approx(0.4));
  CHECK(*both.all_trends == Approx(0.6));
  CHECK(*both.overall == Approx(0.55));
  CHECK(both.counted_pairs == 2);
  const QualityScore shapes = quality_score({good, poor}, {pair_with(0.1, 0, 0, false)});
  CHECK(*shapes.overall == Approx(0.7));
  CHECK_FALSE(shapes.trends.has_value());
  CHECK(*shapes.all_trends == Approx(0.1));
  CHECK(shapes.counted_pairs == 0);
  CHECK_FALSE(quality_score({none}, {}).overall.has_value());
}
