#include "server/synth/evaluate/global_utility.h"

#include <cmath>

#include "server/synth/evaluate/learner.h"
#include "tests/catch.h"
#include "tests/server/synth/evaluate/small_tables.h"

using namespace ctgan;
using namespace ctgan::synth::evaluate;
using tests::part;
using tests::people;

namespace {

std::optional<GlobalUtility> measured(const table::Table& original, const table::Table* held_out,
                                      const table::Table& synthetic, std::vector<Note>& notes,
                                      int threads = 2) {
  threads::ThreadPool pool(threads);
  return measure_global_utility(tests::compared(original, held_out, synthetic), 1, pool, notes);
}

GlobalUtility measured(const table::Table& original, const table::Table& held_out,
                       const table::Table& synthetic) {
  std::vector<Note> notes;
  const auto found = measured(original, &held_out, synthetic, notes);
  REQUIRE(found.has_value());
  return *found;
}

const ColumnUtility* target(const GlobalUtility& utility, const std::string& column) {
  for (const ColumnUtility& one : utility.targets) {
    if (one.column == column) return &one;
  }
  return nullptr;
}

// Two pairs of columns, in each of which one is a function of the other, and one column of chance. Of the first pair
// the synthetic rows may lose it.
table::Table functions(std::size_t rows, std::uint64_t seed, bool lost) {
  synth::random::Stream random(seed, synth::random::StreamId::rows);
  std::vector<std::optional<double>> sizes;
  std::vector<std::optional<double>> heights;
  std::vector<std::string> labels;
  std::vector<std::string> shapes;
  std::vector<std::string> coins;
  const std::vector<std::string> names{"small", "large", "medium", "huge"};
  for (std::size_t row = 0; row < rows; ++row) {
    const std::uint32_t size = random.next_below(8);
    const std::uint32_t other = random.next_below(8);
    sizes.emplace_back(size);
    labels.push_back(names[(lost ? other : size) % 4]);
    const std::uint32_t height = random.next_below(100);
    heights.emplace_back(height);
    shapes.emplace_back(height % 50 < 25 ? "round" : "square");
    coins.emplace_back(random.next_below(2) == 0 ? "heads" : "tails");
  }
  return table::Table({tests::number_column("size", sizes), tests::text_column("label", labels),
                       tests::number_column("height", heights), tests::text_column("shape", shapes),
                       tests::text_column("coin", coins)});
}

}  // namespace

TEST_CASE("A relation that is lost shows in its own columns, the others keep theirs") {
  const table::Table held_out = functions(1000, 2, false);
  const GlobalUtility found = measured(functions(2000, 1, false), held_out, functions(1000, 3, true));
  CHECK(found.rows == 1000);
  CHECK(found.test_rows == 1000);
  CHECK(found.columns == 5);
  REQUIRE(target(found, "label") != nullptr);
  CHECK(target(found, "label")->original == Approx(1).margin(0.01));
  CHECK(target(found, "label")->attainable == Approx(1).margin(0.01));
  CHECK(target(found, "label")->ratio < 0.15);
  REQUIRE(target(found, "shape") != nullptr);
  CHECK(target(found, "shape")->ratio > 0.95);
  // Nothing tells the coin.
  CHECK(target(found, "coin") == nullptr);
}

TEST_CASE("Fresh rows keep what other original rows keep") {
  const table::Table all = people(6000, 72);
  const GlobalUtility found = measured(part(all, 0, 3000), part(all, 3000, 1500), part(all, 4500, 1500));
  CHECK(found.synthetic.low <= 1);
  CHECK(found.synthetic.high >= 1);
  CHECK(found.attainable->value == Approx(1).margin(0.1));
  CHECK(found.synthetic.high - found.synthetic.low < 0.3);
}

TEST_CASE("Columns that were drawn one by one keep nothing") {
  const table::Table all = people(4000, 73);
  std::vector<table::Column> columns;
  for (std::size_t c = 0; c < 4; ++c) columns.push_back(people(1000, 730 + c).columns()[c]);
  const GlobalUtility found = measured(part(all, 0, 2000), part(all, 2000, 1000), table::Table(columns));
  CHECK(found.synthetic.value < 0.2);
  CHECK(found.synthetic.high < found.attainable->low);
}

TEST_CASE("Intervals of fresh rows hold one as often as they say") {
  int missed = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const table::Table all = people(1600, 7'300 + seed);
    const Estimate found = measured(part(all, 0, 800), part(all, 800, 400), part(all, 1200, 400)).synthetic;
    missed += found.low <= 1 && 1 <= found.high ? 0 : 1;
  }
  WARN("of 40 intervals of 95 % that should hold 1, " << missed << " do not");
  CHECK(missed <= 7);
}

TEST_CASE("One outlier does not rule what is told of a number") {
  const auto with_outlier = [](std::uint64_t seed) {
    std::vector<table::Column> columns = people(1500, seed).columns();
    std::vector<std::optional<double>> incomes;
    for (std::size_t row = 0; row < 1500; ++row) incomes.emplace_back(columns[1].number(row));
    incomes[7] = 1e12;
    columns[1] = tests::number_column("income", incomes);
    return table::Table(columns);
  };
  const GlobalUtility found = measured(with_outlier(1), with_outlier(2), with_outlier(3));
  REQUIRE(target(found, "income") != nullptr);
  CHECK(target(found, "income")->original > 0.6);
  CHECK(target(found, "income")->ratio == Approx(1).margin(0.1));
}

TEST_CASE("Missing cells are not learnt and not asked for") {
  const auto with_gaps = [](std::uint64_t seed) {
    std::vector<table::Column> columns = people(1500, seed).columns();
    std::vector<std::optional<double>> ages;
    std::vector<std::string> levels;
    for (std::size_t row = 0; row < 1500; ++row) {
      ages.push_back(row % 3 == 0 ? std::nullopt : std::optional(columns[0].number(row)));
      levels.push_back(row % 4 == 0 ? ""
                                    : columns[3].categories().dictionary[columns[3].categories().codes[row]]);
    }
    columns[0] = tests::number_column("age", ages);
    columns[3] = tests::text_column("level", levels);
    return table::Table(columns);
  };
  const GlobalUtility found = measured(with_gaps(1), with_gaps(2), with_gaps(3));
  REQUIRE(target(found, "level") != nullptr);
  CHECK(target(found, "level")->original > 0.9);
  CHECK(target(found, "age")->ratio == Approx(1).margin(0.15));
}

TEST_CASE("Where it cannot be measured it is not, and the note says why") {
  std::vector<Note> notes;
  CHECK_FALSE(measured(people(200, 1), nullptr, people(200, 2), notes).has_value());
  CHECK_THAT(notes.back().sentence, Catch::Contains("no held-out rows"));
  const table::Table few = people(20, 3);
  CHECK_FALSE(measured(people(200, 1), &few, people(200, 2), notes).has_value());
  CHECK_THAT(notes.back().sentence, Catch::Contains("20 to test on"));
  const table::Table chance = people(200, 3).without({"age", "income", "level"});
  CHECK_FALSE(measured(chance, &chance, chance, notes).has_value());
  CHECK_THAT(notes.back().sentence, Catch::Contains("one column only"));
}

TEST_CASE("One and three threads tell the same of every column, to the last digit") {
  const table::Table all = people(1200, 74);
  const table::Table held_out = part(all, 400, 400);
  std::vector<Note> notes;
  const auto numbers = [&](int threads) {
    const auto found = measured(part(all, 0, 400), &held_out, part(all, 800, 400), notes, threads);
    std::vector<double> values{found->synthetic.low, found->synthetic.high, found->attainable->value};
    for (const ColumnUtility& one : found->targets) values.push_back(one.ratio);
    return values;
  };
  CHECK(numbers(1) == numbers(3));
}

namespace {

// Numbers that have one thing in common.
table::Table wide(std::size_t rows, std::size_t columns, std::uint64_t seed) {
  synth::random::Stream random(seed, synth::random::StreamId::rows);
  std::vector<std::vector<std::optional<double>>> numbers(columns);
  for (std::size_t row = 0; row < rows; ++row) {
    const double common = random.next_double();
    for (auto& column : numbers) column.emplace_back(common + random.next_double());
  }
  std::vector<table::Column> all;
  for (std::size_t place = 0; place < columns; ++place)
    all.push_back(tests::number_column("n" + std::to_string(place), numbers[place]));
  return table::Table(std::move(all));
}

}  // namespace

TEST_CASE("Of a wide table some columns are targets, of others all") {
  const GlobalUtility found = measured(wide(7000, 100, 81), wide(300, 100, 82), wide(3500, 100, 83));
  CHECK(found.all_columns == 100);
  CHECK(found.columns == k_most_taught_cells / (3'500 * 100));
  CHECK(found.targets.size() == found.columns);
  CHECK(found.synthetic.value == Approx(1).margin(0.1));
  const GlobalUtility few = measured(people(400, 84), people(400, 85), people(400, 86));
  CHECK(few.all_columns == 4);
  CHECK(few.columns == 4);
}

TEST_CASE("Columns that are drawn for a tree are drawn alike on any number of threads") {
  const table::Table original = wide(300, k_most_tree_columns + 20, 91);
  const table::Table held_out = wide(200, k_most_tree_columns + 20, 92);
  const table::Table synthetic = wide(300, k_most_tree_columns + 20, 93);
  std::vector<Note> notes;
  const auto scores = [&](int threads) {
    std::vector<double> values;
    const std::optional<GlobalUtility> found = measured(original, &held_out, synthetic, notes, threads);
    REQUIRE(found.has_value());
    for (const ColumnUtility& one : found->targets) {
      values.push_back(one.synthetic);
      values.push_back(one.original);
    }
    return values;
  };
  CHECK(scores(1) == scores(3));
}
