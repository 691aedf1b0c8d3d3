// Rows that are drawn and cut into cells: every measure that counts rests on it.
#include "server/synth/evaluate/binned_rows.h"

#include <cmath>
#include <map>
#include <set>

#include "server/synth/evaluate/column_sets.h"
#include "server/synth/evaluate/row_keys.h"
#include "server/synth/evaluate/row_sample.h"
#include "tests/catch.h"
#include "tests/server/synth/evaluate/small_tables.h"

using namespace ctgan;
using namespace ctgan::synth::evaluate;

namespace {

using Numbers = std::vector<std::optional<double>>;

// All rows of both tables, in their order.
MatchedRows all_rows(const ComparedTables& tables) {
  MatchedRows matched;
  matched.each = tables.counts.original;
  for (auto& rows : matched.rows) {
    rows.resize(matched.each);
    std::iota(rows.begin(), rows.end(), 0U);
  }
  return matched;
}

// Codes of one number column in the original and the synthetic table, of equally many rows.
struct Coded {
  std::vector<std::uint32_t> original, synthetic;
};

Coded coded(const Numbers& original, const Numbers& synthetic, Bins rule, std::size_t bins) {
  const ComparedTables tables = tests::compared(table::Table({tests::number_column("n", original)}), nullptr,
                                                table::Table({tests::number_column("n", synthetic)}));
  const BinnedRows binned = bin_rows(tables, all_rows(tables), rule, bins);
  const auto& codes = binned.columns.at(0).codes;
  const auto middle = codes.begin() + static_cast<std::ptrdiff_t>(binned.each);
  return {{codes.begin(), middle}, {middle, codes.end()}};
}

}  // namespace

TEST_CASE(
    "Bins of equal width are cut by the original's range, closed on the right, what is outside is one more") {
  Numbers numbers;
  for (int i = 0; i <= 20; ++i) numbers.emplace_back(i);
  Numbers others(21, 5.0);
  others[0] = -1, others[1] = 21, others[2] = 1e9, others[3] = 4, others[4] = 4.0001;
  const Coded found = coded(numbers, others, Bins::equal_width, 5);
  // 0 to 4 are the first bin, 5 to 8 the second: (0, 4], (4, 8], ...
  CHECK(std::set<std::uint32_t>(found.original.begin(), found.original.begin() + 5).size() == 1);
  CHECK(found.original[4] != found.original[5]);
  CHECK(found.original[5] == found.original[8]);
  CHECK(found.original[8] != found.original[9]);
  CHECK(found.original[20] == found.original[17]);
  CHECK(found.synthetic[3] == found.original[4]);
  CHECK(found.synthetic[4] == found.original[5]);
  const std::set<std::uint32_t> inside(found.original.begin(), found.original.end());
  CHECK(inside.size() == 5);
  CHECK_FALSE(inside.contains(found.synthetic[0]));
  CHECK(found.synthetic[0] == found.synthetic[1]);
  CHECK(found.synthetic[1] == found.synthetic[2]);
}

TEST_CASE("Bins of equal frequency hold equally many of the original's rows") {
  Numbers numbers;
  for (int i = 0; i < 200; ++i) numbers.emplace_back(std::exp(i / 20.0));
  const Coded found = coded(numbers, numbers, Bins::equal_frequency, 10);
  std::map<std::uint32_t, int> rows;
  for (const std::uint32_t code : found.original) ++rows[code];
  REQUIRE(rows.size() == 10);
  for (const auto& [code, count] : rows) CHECK(count == 20);
  CHECK(std::is_sorted(found.original.begin(), found.original.end()));
  CHECK(found.synthetic == found.original);
}

TEST_CASE(
    "Few different numbers are categories, those that the original lacks are one, missing cells another") {
  for (const Bins rule : {Bins::equal_width, Bins::equal_frequency}) {
    const Coded found = coded({1, 2, 3, 1, std::nullopt, 2}, {1, 2.5, 99, 3, std::nullopt, -4}, rule, 3);
    CHECK(found.original[0] == found.original[3]);
    CHECK(std::set<std::uint32_t>(found.original.begin(), found.original.end()).size() == 4);
    CHECK(found.synthetic[0] == found.original[0]);
    CHECK(found.synthetic[3] == found.original[2]);
    CHECK(found.synthetic[4] == found.original[4]);
    CHECK(found.synthetic[1] == found.synthetic[2]);
    CHECK(found.synthetic[2] == found.synthetic[5]);
    for (const std::uint32_t code : found.original) CHECK(code != found.synthetic[1]);
  }
}

TEST_CASE("A column without a number in the original tells missing cells from all others") {
  const Coded found =
      coded({std::nullopt, std::nullopt, std::nullopt}, {1, std::nullopt, 2}, Bins::equal_frequency, 20);
  CHECK(found.synthetic[1] == found.original[0]);
  CHECK(found.synthetic[0] != found.original[0]);
}

TEST_CASE(
    "Cells of several columns are the same exactly where all their codes are, in few and in many cells") {
  for (const std::size_t rows : {30UL, 900UL}) {
    const ComparedTables tables =
        tests::compared(tests::households(rows, 1), nullptr, tests::households(rows, 2));
    const BinnedRows binned = bin_rows(tables, all_rows(tables), Bins::equal_frequency, 20);
    CHECK(binned.all() == 2 * rows);
    for (const std::vector<std::size_t>& columns :
         {std::vector<std::size_t>{0}, {1, 2}, {0, 1, 2}, {4, 5, 6}, {2, 1, 0}}) {
      const JointCells joint = join(binned, columns);
      std::map<std::vector<std::uint32_t>, std::uint32_t> cells;
      std::set<std::uint32_t> numbers;
      for (std::size_t row = 0; row < binned.all(); ++row) {
        std::vector<std::uint32_t> codes;
        for (const std::size_t column : columns) codes.push_back(binned.columns[column].codes[row]);
        const auto [known, added] = cells.try_emplace(codes, joint.of_rows[row]);
        const bool same = known->second == joint.of_rows[row];
        REQUIRE(same);
        REQUIRE(joint.of_rows[row] < joint.cells);
        if (added) numbers.insert(joint.of_rows[row]);
      }
      CHECK(numbers.size() == cells.size());
    }
  }
}

TEST_CASE("Rows are drawn without replacement, all of them when there are no more, by seed and purpose") {
  for (const auto& [rows, wanted] :
       {std::pair<std::size_t, std::size_t>{50, 7}, {50, 50}, {50, 80}, {1, 1}, {0, 3}}) {
    const auto drawn = draw_rows(rows, wanted, stream_for(1, Purpose::matched_original));
    CHECK(drawn.size() == std::min(rows, wanted));
    CHECK(std::set<std::uint32_t>(drawn.begin(), drawn.end()).size() == drawn.size());
    for (const std::uint32_t row : drawn) CHECK(row < rows);
    CHECK(drawn == draw_rows(rows, wanted, stream_for(1, Purpose::matched_original)));
  }
  const auto drawn = [](std::uint64_t seed, Purpose purpose, std::uint64_t part) {
    return draw_rows(1000, 20, stream_for(seed, purpose, part));
  };
  const std::set<std::vector<std::uint32_t>> all{
      drawn(1, Purpose::matched_original, 0), drawn(2, Purpose::matched_original, 0),
      drawn(1, Purpose::matched_synthetic, 0), drawn(1, Purpose::matched_original, 1)};
  CHECK(all.size() == 4);
}

TEST_CASE("Every row is as likely to be drawn as any other") {
  std::vector<int> times(20);
  for (std::uint64_t seed = 0; seed < 4000; ++seed)
    for (const std::uint32_t row : draw_rows(20, 5, stream_for(seed, Purpose::targets))) ++times[row];
  // 1,000 expected of each; five standard deviations are 137.
  for (const int count : times) CHECK(std::abs(count - 1000) < 140);
}

TEST_CASE("Tables of many columns give fewer rows, but never less than five hundred") {
  CHECK(rows_within(50'000, 25) == 50'000);
  CHECK(rows_within(50'000, 26) == 48'076);
  CHECK(rows_within(50'000, 1'846) == 677);
  CHECK(rows_within(50'000, 100'000) == 500);
  CHECK(rows_within(100, 100'000) == 100);
  CHECK(rows_within(100, 0) == 100);
}

TEST_CASE(
    "Matched rows are as many of each side as the smallest has, and of no held-out rows when these are few") {
  const table::Table original = tests::people(300, 1), synthetic = tests::people(200, 2);
  const auto matched = [&](std::size_t held_out_rows, std::size_t most) {
    const table::Table held_out = tests::people(held_out_rows, 3);
    return draw_matched(tests::compared(original, &held_out, synthetic), 5, most);
  };
  CHECK(matched(60, 10'000).each == 60);
  CHECK(matched(60, 10'000).sides() == std::vector<Side>{Side::original, Side::synthetic, Side::held_out});
  CHECK(matched(60, 30).each == 30);
  for (const Side side : {Side::original, Side::synthetic, Side::held_out})
    CHECK(matched(60, 30).of(side).size() == 30);
  CHECK(matched(k_least_matched_rows, 10'000).attainable);
  const MatchedRows few = matched(k_least_matched_rows - 1, 10'000);
  CHECK_FALSE(few.attainable);
  CHECK(few.each == 200);
  CHECK(few.of(Side::held_out).empty());
  CHECK(few.sides() == std::vector<Side>{Side::original, Side::synthetic});
}

TEST_CASE("All sets of columns are taken when they are few, else so many different ones, ascending") {
  const auto stream = [](std::uint64_t seed) { return stream_for(seed, Purpose::column_triples); };
  const ColumnSets<3> all = choose_triples(5, 10, stream(1));
  CHECK(all.all == 10);
  REQUIRE(all.chosen.size() == 10);
  CHECK(all.chosen.front() == ColumnSet<3>{0, 1, 2});
  CHECK(all.chosen.back() == ColumnSet<3>{2, 3, 4});
  CHECK(std::is_sorted(all.chosen.begin(), all.chosen.end()));
  const ColumnSets<3> some = choose_triples(200, 500, stream(1));
  CHECK(some.all == 1'313'400);
  CHECK(std::set<ColumnSet<3>>(some.chosen.begin(), some.chosen.end()).size() == 500);
  for (const ColumnSet<3>& set : some.chosen) {
    CHECK(set[0] < set[1]);
    CHECK(set[1] < set[2]);
    CHECK(set[2] < 200);
  }
  CHECK(choose_triples(200, 500, stream(2)).chosen != some.chosen);
  CHECK(choose_triples(200, 500, stream(1)).chosen == some.chosen);
  CHECK(choose_pairs(4, 100, stream(1)).chosen.size() == 6);
  CHECK(choose_pairs(4, 100, stream(1)).all == 6);
  for (const std::size_t few : {0UL, 1UL}) {
    CHECK(choose_pairs(few, 100, stream(1)).chosen.empty());
    CHECK(choose_pairs(few, 100, stream(1)).all == 0);
  }
  CHECK(choose_triples(2, 100, stream(1)).all == 0);
}

TEST_CASE(
    "Rows have one key exactly where all their cells are equal, missing ones and zeros of either sign too") {
  const table::Table table({tests::number_column("n", {0.0, -0.0, 1, 1, std::nullopt, std::nullopt, 1}),
                            tests::text_column("t", {"a", "a", "a", "b", "", "", "a"})});
  const ComparedTables tables = tests::compared(table, nullptr, table);
  const std::vector<std::size_t> both{0, 1};
  const auto keys = row_keys(tables, Side::original, both);
  CHECK(keys == row_keys(tables, Side::synthetic, both));
  const std::vector<std::size_t> same{0, 0, 2, 3, 4, 4, 2};
  for (std::size_t a = 0; a < keys.size(); ++a)
    for (std::size_t b = 0; b < keys.size(); ++b) CHECK((keys[a] == keys[b]) == (same[a] == same[b]));
  CHECK(distinct_rows(keys) == std::vector<std::uint32_t>{0, 2, 3, 4});
  CHECK(distinct_rows({}).empty());
  // Of other columns they are other keys: the order of cells counts.
  CHECK(joined_key(joined_key(0, 1), 2) != joined_key(joined_key(0, 2), 1));
  CHECK(row_keys(tables, Side::original, std::vector<std::size_t>{1})[0] != keys[0]);
}
