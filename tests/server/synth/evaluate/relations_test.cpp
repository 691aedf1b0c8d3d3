// What joins columns and tells tables apart, against plain counts and sums: triples, information, linear fits, and whether
// held-out rows are drawn like the original's.
#include <cmath>
#include <map>

#include "server/synth/evaluate/drawn_alike.h"
#include "server/synth/evaluate/key_disclosure.h"
#include "server/synth/evaluate/linear_fit.h"
#include "server/synth/evaluate/mutual_information.h"
#include "server/synth/evaluate/three_way.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/synth/evaluate/small_tables.h"

using namespace ctgan;
using namespace ctgan::synth::evaluate;

namespace {

using Numbers = std::vector<std::optional<double>>;
using Texts = std::vector<std::string>;

table::Table text_table(std::size_t rows, std::uint32_t categories, std::uint64_t seed,
                        std::size_t columns = 4) {
  synth::random::Stream random(seed, synth::random::StreamId::rows);
  std::vector<Texts> cells(columns);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      // The last follows the first, half of the time.
      const bool follows = column > 0 && column + 1 == columns && random.next_below(2) == 0;
      cells[column].push_back(
          follows ? cells[0].back() : std::string(1, static_cast<char>('a' + random.next_below(categories))));
    }
  }
  std::vector<table::Column> made;
  for (std::size_t column = 0; column < columns; ++column)
    made.push_back(tests::text_column("c" + std::to_string(column), cells[column]));
  return table::Table(std::move(made));
}

std::string cell(const table::Table& table, std::size_t column, std::size_t row) {
  const table::Categories& categories = table.columns()[column].categories();
  return categories.dictionary[categories.codes[row]];
}

using Shares = std::map<std::string, double>;

Shares joint(const table::Table& table, const std::vector<std::size_t>& columns) {
  Shares shares;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    std::string key;
    for (const std::size_t column : columns) key += cell(table, column, row) + "|";
    shares[key] += 1.0 / static_cast<double>(table.rows());
  }
  return shares;
}

double variation(Shares a, const Shares& b) {
  for (const auto& [key, share] : b) a[key] -= share;
  double sum = 0;
  for (const auto& [key, share] : a) sum += std::abs(share);
  return sum / 2;
}

double entropy(const Shares& shares) {
  double sum = 0;
  for (const auto& [key, share] : shares) sum -= share * std::log(share);
  return sum;
}

double normalised_information(const table::Table& table, std::size_t a, std::size_t b) {
  const double first = entropy(joint(table, {a})), second = entropy(joint(table, {b}));
  return first + second > 0 ? 2 * (first + second - entropy(joint(table, {a, b}))) / (first + second) : 0;
}

// All rows of both tables.
MatchedRows matched(const ComparedTables& tables) {
  return draw_matched(tables, 1);
}

struct Apart {
  std::optional<SetMeasure> triples, information;
};

Apart measured(const table::Table& original, const table::Table& synthetic,
               const table::Table* held_out = nullptr) {
  threads::ThreadPool pool(2);
  const ComparedTables tables = tests::compared(original, held_out, synthetic);
  return {measure_three_way(tables, matched(tables), 1, pool),
          measure_mutual_information(tables, matched(tables), 1, pool)};
}

DrawnAlike alike(const table::Column& original, const table::Column& held_out) {
  const table::Table first({original}), second({held_out});
  return compare_held_out(tests::compared(first, &second, first));
}

table::Column cities(std::size_t rows, std::size_t romans) {
  Texts cells(rows, "Bern");
  std::fill(cells.begin(), cells.begin() + static_cast<std::ptrdiff_t>(romans), "Rome");
  return tests::text_column("city", cells);
}

}  // namespace

TEST_CASE("The distance of triples is the mean of their distances, counted one by one") {
  const table::Table original = text_table(150, 3, 1), synthetic = text_table(150, 3, 2),
                     held_out = text_table(150, 3, 3);
  const Apart found = measured(original, synthetic, &held_out);
  double made = 0, fresh = 0;
  const std::vector<std::vector<std::size_t>> triples{{0, 1, 2}, {0, 1, 3}, {0, 2, 3}, {1, 2, 3}};
  for (const auto& triple : triples) {
    made += variation(joint(original, triple), joint(synthetic, triple)) / 4;
    fresh += variation(joint(original, triple), joint(held_out, triple)) / 4;
  }
  CHECK(found.triples->synthetic.value == Approx(made).margin(1e-12));
  CHECK(found.triples->attainable->value == Approx(fresh).margin(1e-12));
  CHECK(found.triples->sets == 4);
  CHECK(found.triples->all_sets == 4);
  CHECK(found.triples->rows == 150);
}

TEST_CASE("The information that is kept is that of every pair, weighed by what there is of it") {
  const table::Table original = text_table(200, 3, 4), synthetic = text_table(200, 4, 5);
  double lost = 0, weights = 0;
  for (std::size_t a = 0; a < 4; ++a) {
    for (std::size_t b = a + 1; b < 4; ++b) {
      const double before = normalised_information(original, a, b),
                   after = normalised_information(synthetic, a, b);
      lost += (before + after) * std::abs(before - after);
      weights += before + after;
    }
  }
  const Apart found = measured(original, synthetic);
  CHECK(found.information->synthetic.value == Approx(1 - lost / weights).margin(1e-9));
  CHECK(found.information->sets == 6);
}

TEST_CASE("Equal tables have a distance of 0 and all of the information, in whatever order the rows stand") {
  const table::Table original = text_table(120, 4, 6);
  std::vector<std::size_t> backwards(120);
  for (std::size_t row = 0; row < 120; ++row) backwards[row] = 119 - row;
  const Apart found = measured(original, tests::picked(original, backwards));
  CHECK(found.triples->synthetic.value == Approx(0).margin(1e-12));
  CHECK(found.information->synthetic.value == Approx(1));
}

TEST_CASE("Two tables are as far from each other as the other way round, and never farther than 1") {
  const table::Table one = text_table(100, 3, 7), other = text_table(100, 5, 8);
  CHECK(measured(one, other).triples->synthetic.value ==
        Approx(measured(other, one).triples->synthetic.value).margin(1e-12));
  const table::Table strange(
      {tests::text_column("c0", Texts(100, "x")), tests::text_column("c1", Texts(100, "y")),
       tests::text_column("c2", Texts(100, "z")), tests::text_column("c3", Texts(100, "w"))});
  const Apart apart = measured(one, strange);
  CHECK(apart.triples->synthetic.value == Approx(1));
  CHECK(apart.triples->synthetic.high == 1);
  // Columns without two values tell nothing of each other: what there was is lost.
  CHECK(apart.information->synthetic.value < measured(one, other).information->synthetic.value);
}

TEST_CASE(
    "Two columns have no triples, one no pairs, and columns that know nothing of each other no information") {
  const Apart two = measured(text_table(60, 3, 9, 2), text_table(60, 3, 10, 2));
  CHECK_FALSE(two.triples.has_value());
  CHECK(two.information.has_value());
  const Apart one = measured(text_table(60, 3, 9, 1), text_table(60, 3, 10, 1));
  CHECK_FALSE(one.information.has_value());
  const table::Table constant(
      {tests::text_column("a", Texts(60, "x")), tests::text_column("b", Texts(60, "y"))});
  CHECK_FALSE(measured(constant, constant).information.has_value());
}

TEST_CASE("A line is found whatever its units, and explains nothing of a column that does not follow it") {
  Numbers x, y, far, noise;
  synth::random::Stream random(12, synth::random::StreamId::rows);
  for (int row = 0; row < 200; ++row) {
    x.emplace_back(random.next_double() * 10);
    y.emplace_back(1e6 + 1e-3 * random.next_double());
    far.emplace_back(3 * *x.back() - 5e4 * (*y.back() - 1e6) + 7);
    noise.emplace_back(random.next_double());
  }
  const table::Table original({tests::number_column("x", x), tests::number_column("y", y),
                               tests::number_column("far", far), tests::number_column("noise", noise)});
  const ComparedTables tables = tests::compared(original, nullptr, original);
  const auto line = fit_linear(tables, 2, {0, 1});
  REQUIRE(line.has_value());
  CHECK(line->r2 == Approx(1).epsilon(1e-6));
  CHECK(line->weights[0] * line->scale[2] / line->scale[0] == Approx(3).epsilon(1e-4));
  CHECK(line->weights[1] * line->scale[2] / line->scale[1] == Approx(-5e4).epsilon(1e-4));
  CHECK(*r2_of(*line, tables, Side::synthetic) == Approx(line->r2));
  CHECK(fit_linear(tables, 3, {0, 1})->r2 < 0.1);
}

TEST_CASE(
    "Inputs that do not vary are left out, two that say the same are shared, and too few rows fit nothing") {
  Numbers x, constant, y, gaps;
  for (int row = 0; row < 60; ++row) {
    x.emplace_back(row % 13);
    constant.emplace_back(4);
    y.emplace_back(2 * (row % 13) + 1);
    gaps.emplace_back(row < 49 ? std::optional<double>(row) : std::nullopt);
  }
  const table::Table original({tests::number_column("x", x), tests::number_column("same", x),
                               tests::number_column("constant", constant), tests::number_column("y", y),
                               tests::number_column("gaps", gaps)});
  const ComparedTables tables = tests::compared(original, nullptr, original);
  const auto shared = fit_linear(tables, 3, {0, 1, 2});
  REQUIRE(shared.has_value());
  CHECK(shared->inputs == std::vector<std::size_t>{0, 1});
  CHECK(shared->r2 == Approx(1).epsilon(1e-6));
  CHECK(shared->weights[0] == Approx(shared->weights[1]).epsilon(1e-3));
  CHECK_FALSE(fit_linear(tables, 2, {0}).has_value());
  CHECK_FALSE(fit_linear(tables, 3, {2}).has_value());
  // 49 rows are complete, and 50 are the fewest.
  CHECK_FALSE(fit_linear(tables, 3, {4}).has_value());
}

TEST_CASE("Held-out rows of other shares, other numbers or other gaps are told, and the column is named") {
  CHECK(alike(cities(1000, 500), cities(400, 200)).different.empty());
  CHECK(alike(cities(1000, 500), cities(400, 100)).different == Texts{"city"});
  const auto numbers = [](std::size_t rows, double from, std::size_t missing) {
    Numbers cells;
    for (std::size_t row = 0; row < rows; ++row)
      cells.push_back(row < missing ? std::nullopt
                                    : std::optional<double>(from + static_cast<double>(row * 37 % 101)));
    return tests::number_column("n", cells);
  };
  CHECK(alike(numbers(1000, 0, 0), numbers(400, 0, 0)).different.empty());
  CHECK(alike(numbers(1000, 0, 0), numbers(400, 30, 0)).different == Texts{"n"});
  CHECK(alike(numbers(1000, 0, 0), numbers(400, 0, 100)).different == Texts{"n"});
  CHECK(alike(numbers(1000, 0, 250), numbers(400, 0, 100)).different.empty());
}

TEST_CASE("Few rows call nothing different, nor do categories that are too rare to be counted one by one") {
  CHECK(alike(cities(20, 10), cities(6, 0)).different.empty());
  Texts one, other;
  for (int row = 0; row < 300; ++row) {
    one.push_back("a" + std::to_string(row));
    other.push_back("b" + std::to_string(row));
  }
  CHECK(alike(tests::text_column("name", one), tests::text_column("name", other)).different.empty());
  CHECK(alike(tests::text_column("t", Texts(300, "")), tests::text_column("t", Texts(300, "")))
            .different.empty());
}

TEST_CASE(
    "Of many columns each has to differ more: all together give one false alarm in ten thousand tables") {
  // What one column alone would be called different for.
  const auto different = [](std::size_t columns) {
    std::vector<table::Column> original, held_out;
    for (std::size_t column = 0; column < columns; ++column) {
      original.push_back(cities(2000, 1000));
      held_out.push_back(cities(500, column == 0 ? 197 : 250));
      original.back().name = held_out.back().name = "c" + std::to_string(column);
    }
    const table::Table first(std::move(original)), second(std::move(held_out));
    const DrawnAlike found = compare_held_out(tests::compared(first, &second, first));
    CHECK(found.columns == columns);
    return found.different.size();
  };
  CHECK(different(1) == 1);
  CHECK(different(200) == 0);
}

TEST_CASE("Every column may be a key, and together they leave as few alone as any of them") {
  const table::Table original = tests::people(200, 1), synthetic = tests::people(200, 2);
  const ComparedTables tables = tests::compared(original, nullptr, synthetic);
  double before = 0;
  for (const Texts& keys : {Texts{"city"}, Texts{"city", "level"}, Texts{"city", "level", "age"}}) {
    const KeyDisclosure found = measure_keys(tables, keys);
    CHECK(found.original_unique >= before);
    CHECK(found.replicated <= found.found);
    CHECK(found.found <= found.original_unique);
    CHECK(found.targets.size() == 4 - keys.size());
    for (const KeyTarget& target : found.targets) {
      CHECK((target.original >= 0 && target.original <= 1));
      CHECK((target.synthetic >= 0 && target.synthetic <= 1));
    }
    before = found.original_unique;
  }
  CHECK(measure_keys(tables, {"age", "city"}).replicated == measure_keys(tables, {"city", "age"}).replicated);
  CHECK(tests::raised([&] { measure_keys(tables, {"citi"}); }).hint() == "did you mean 'city'?");
}

TEST_CASE("A table that is handed out as it is replicates everybody who is alone with the keys") {
  const table::Table original = tests::people(300, 3);
  const KeyDisclosure found = measure_keys(tests::compared(original, nullptr, original), {"income", "age"});
  CHECK(found.original_unique == found.synthetic_unique);
  CHECK(found.replicated == found.original_unique);
  CHECK(found.found == found.original_unique);
  for (const KeyTarget& target : found.targets) CHECK(target.synthetic == Approx(target.original));
  // Everybody twice: nobody is alone, and all are found.
  std::vector<std::size_t> twice;
  for (std::size_t row = 0; row < 300; ++row) twice.insert(twice.end(), {row, row});
  const KeyDisclosure doubled =
      measure_keys(tests::compared(original, nullptr, tests::picked(original, twice)), {"income", "age"});
  CHECK(doubled.synthetic_unique == 0);
  CHECK(doubled.replicated == 0);
  CHECK(doubled.found == doubled.original_unique);
}
