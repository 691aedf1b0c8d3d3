// Measures beyond columns and pairs, each held against numpy's count of the same tables
// (reference/make_fidelity_cases.py), and against what is planted.
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "server/synth/evaluate/column_sets.h"
#include "server/synth/evaluate/density_coverage.h"
#include "server/synth/evaluate/mutual_information.h"
#include "server/synth/evaluate/row_sample.h"
#include "server/synth/evaluate/three_way.h"
#include "tests/catch.h"
#include "tests/server/synth/evaluate/small_tables.h"

using namespace ctgan;
using namespace ctgan::synth::evaluate;
using nlohmann::json;
using tests::part;
using tests::people;

namespace {

table::Table table_of(const json& columns, const json& cells) {
  std::vector<table::Column> made;
  for (const auto& [name, numeric] : columns.items())
    made.push_back(tests::column_of(name, numeric.get<bool>(), cells.at(name)));
  return table::Table(std::move(made));
}

struct Found {
  SetMeasure three_way;
  SetMeasure mutual_information;
  DensityCoverage balls;
};

Found measured(const table::Table& original, const table::Table* held_out, const table::Table& synthetic,
               int threads = 2) {
  threads::ThreadPool pool(threads);
  const ComparedTables tables = tests::compared(original, held_out, synthetic);
  const MatchedRows matched = draw_matched(tables, 1);
  return {measure_three_way(tables, matched, 1, pool).value(),
          measure_mutual_information(tables, matched, 1, pool).value(),
          measure_density_coverage(tables, matched, pool).value()};
}

// Each column from people of its own: columns as they are, nothing between them.
table::Table torn(std::size_t rows, std::uint64_t seed) {
  std::vector<table::Column> columns;
  for (std::size_t c = 0; c < 4; ++c) columns.push_back(people(rows, 7'000 * seed + c).columns()[c]);
  return table::Table(std::move(columns));
}

double width(const Estimate& estimate) {
  return estimate.high - estimate.low;
}

}  // namespace

TEST_CASE("Triples, information, density and coverage are what numpy and prdc find") {
  const std::filesystem::path folder = std::getenv("CTGAN_SOURCE_DIR");
  const json cases =
      json::parse(std::ifstream(folder / "tests/server/synth/evaluate/reference/fidelity_cases.json"));
  REQUIRE(cases.size() == 2);
  for (const json& one : cases) {
    INFO(one.at("name").get<std::string>());
    const auto table = [&](const char* side) { return table_of(one.at("columns"), one.at(side)); };
    const table::Table held_out = table("held_out");
    const Found found = measured(table("original"), &held_out, table("synthetic"));
    const auto check = [](const Measured& measure, const json& synthetic, const json& attainable) {
      CHECK(measure.synthetic.value == Approx(synthetic.get<double>()).margin(1e-9));
      REQUIRE(measure.attainable.has_value());
      CHECK(measure.attainable->value == Approx(attainable.get<double>()).margin(1e-9));
    };
    const json& made = one.at("measured_synthetic");
    const json& fresh = one.at("measured_attainable");
    check(found.three_way, made.at("three_way"), fresh.at("three_way"));
    check(found.mutual_information, made.at("mutual_information"), fresh.at("mutual_information"));
    check(found.balls.density, made.at("density"), fresh.at("density"));
    check(found.balls.coverage, made.at("coverage"), fresh.at("coverage"));
    if (one.at("name") == "numbers") {
      // No row lies on a ball's surface there, and prdc itself finds the same.
      check(found.balls.density, made.at("prdc").at("density"), fresh.at("prdc").at("density"));
      check(found.balls.coverage, made.at("prdc").at("coverage"), fresh.at("prdc").at("coverage"));
    }
  }
}

TEST_CASE(
    "Columns that are right one by one fall short of what held-out rows attain in all that joins them") {
  const table::Table all = people(2000, 61);
  const table::Table held_out = part(all, 1000, 1000);
  const Found found = measured(part(all, 0, 1000), &held_out, torn(1000, 1));
  CHECK(found.three_way.synthetic.low > found.three_way.attainable->high);
  CHECK(found.mutual_information.synthetic.high < found.mutual_information.attainable->low - 0.15);
  CHECK(found.balls.coverage.synthetic.high < found.balls.coverage.attainable->low);
}

TEST_CASE("A relation of three columns that no pair shows is seen by triples only") {
  // The third is the exclusive or of the other two.
  const auto coins = [](std::uint64_t seed, bool kept) {
    synth::random::Stream random(seed, synth::random::StreamId::rows);
    std::array<std::vector<std::string>, 3> sides;
    for (int row = 0; row < 1000; ++row) {
      const bool a = random.next_below(2) == 0;
      const bool b = random.next_below(2) == 0;
      const bool c = kept ? a != b : random.next_below(2) == 0;
      sides[0].emplace_back(a ? "heads" : "tails");
      sides[1].emplace_back(b ? "heads" : "tails");
      sides[2].emplace_back(c ? "heads" : "tails");
    }
    return table::Table({tests::text_column("a", sides[0]), tests::text_column("b", sides[1]),
                         tests::text_column("c", sides[2])});
  };
  const table::Table held_out = coins(2, true);
  const Found found = measured(coins(1, true), &held_out, coins(3, false));
  // Half of the eight cells are empty in the original, so half of the synthetic rows are where none should be.
  CHECK(found.three_way.synthetic.value == Approx(0.5).margin(0.05));
  CHECK(found.three_way.attainable->value < 0.05);
}

TEST_CASE("A table that leaves a part of the people out covers as much less, and one that crowds is denser") {
  const table::Table all = people(5000, 62);
  const table::Table held_out = part(all, 1000, 1000);
  std::vector<std::size_t> young;
  for (std::size_t row = 2000; young.size() < 1000; ++row) {
    if (all.columns()[0].number(row) < 48) young.push_back(row);
  }
  const Found found = measured(part(all, 0, 1000), &held_out, tests::picked(all, young));
  // Half of the people are 48 or older.
  CHECK(found.balls.coverage.synthetic.value < found.balls.coverage.attainable->value - 0.3);
  CHECK(found.balls.density.attainable->value == Approx(1).margin(0.1));
  // A copy lies in its own row's ball beside those that fresh rows lie in.
  const Found copies = measured(part(all, 0, 1000), &held_out, part(all, 0, 1000));
  CHECK(copies.balls.coverage.synthetic.value == 1);
  CHECK(copies.balls.density.synthetic.value == Approx(1.2).margin(0.02));
}

TEST_CASE("Intervals are as wide as values scatter when rows are drawn anew") {
  constexpr int k_draws = 60;
  const auto scatter = [&](const std::function<Measured(const Found&)>& of) {
    std::vector<double> values;
    double error = 0;
    for (std::uint64_t seed = 1; seed <= k_draws; ++seed) {
      const Measured found = of(measured(people(300, 2 * seed), nullptr, torn(300, 2 * seed + 1)));
      values.push_back(found.synthetic.value);
      error += width(found.synthetic) / (2 * 1.96) / k_draws;
    }
    double mean = 0;
    double squares = 0;
    for (const double value : values) mean += value / k_draws;
    for (const double value : values) squares += (value - mean) * (value - mean);
    return error / std::sqrt(squares / (k_draws - 1));
  };
  const double triples = scatter([](const Found& found) { return found.three_way; });
  const double information = scatter([](const Found& found) { return found.mutual_information; });
  const double density = scatter([](const Found& found) { return found.balls.density; });
  const double coverage = scatter([](const Found& found) { return found.balls.coverage; });
  WARN("errors that are stated, by those that are: triples "
       << triples << ", information " << information << ", density " << density << ", coverage " << coverage);
  for (const double ratio : {triples, information, density, coverage}) {
    CHECK(ratio > 0.7);
    CHECK(ratio < 1.6);
  }
}

TEST_CASE("Of many sets of columns some are drawn, and the interval says so") {
  const ColumnSets<3> few = choose_triples(6, 100, stream_for(1, Purpose::column_triples));
  CHECK(few.chosen.size() == 20);
  CHECK(few.all == 20);
  for (const std::size_t columns : {15, 23, 40})
    CHECK(choose_triples(columns, 10'000, stream_for(1, Purpose::column_triples)).all ==
          static_cast<double>(columns * (columns - 1) * (columns - 2) / 6));
  const ColumnSets<3> some = choose_triples(2'000, 100, stream_for(1, Purpose::column_triples));
  CHECK(some.chosen.size() == 100);
  CHECK(some.all == 2'000.0 * 1'999 * 1'998 / 6);
  CHECK(std::is_sorted(some.chosen.begin(), some.chosen.end()));
  CHECK(std::adjacent_find(some.chosen.begin(), some.chosen.end()) == some.chosen.end());
  CHECK(choose_pairs(1, 10, stream_for(1, Purpose::column_pairs)).chosen.empty());
  CHECK(choose_pairs(4, 10, stream_for(1, Purpose::column_pairs)).chosen.size() == 6);
}

TEST_CASE("One and three threads measure the same, to the last digit") {
  const table::Table all = people(900, 63);
  const table::Table held_out = part(all, 300, 300);
  const auto numbers = [&](int threads) {
    const Found found = measured(part(all, 0, 300), &held_out, torn(300, 3), threads);
    std::vector<double> values;
    for (const Measured& one : {Measured(found.three_way), Measured(found.mutual_information),
                                found.balls.density, found.balls.coverage}) {
      for (const Estimate& estimate : {one.synthetic, *one.attainable})
        values.insert(values.end(), {estimate.value, estimate.low, estimate.high});
    }
    return values;
  };
  CHECK(numbers(1) == numbers(3));
}

TEST_CASE("Tables too small for a measure are not measured by it") {
  threads::ThreadPool pool(1);
  const table::Table one({tests::number_column("n", std::vector<std::optional<double>>(30, 3.5))});
  const ComparedTables tables = tests::compared(one, &one, one);
  const MatchedRows matched = draw_matched(tables, 1);
  CHECK_FALSE(measure_three_way(tables, matched, 1, pool).has_value());
  CHECK_FALSE(measure_mutual_information(tables, matched, 1, pool).has_value());
  // All rows are one point, in every ball.
  CHECK(measure_density_coverage(tables, matched, pool)->coverage.synthetic.value == 1);
  const table::Table constants({tests::number_column("n", std::vector<std::optional<double>>(30, 3.5)),
                                tests::text_column("t", std::vector<std::string>(30, "x"))});
  const ComparedTables nothing = tests::compared(constants, nullptr, constants);
  CHECK_FALSE(measure_mutual_information(nothing, draw_matched(nothing, 1), 1, pool).has_value());
  const ComparedTables few = tests::compared(people(4, 1), nullptr, people(4, 2));
  CHECK_FALSE(measure_density_coverage(few, draw_matched(few, 1), pool).has_value());
}

TEST_CASE("All tables give as many rows as the smallest has") {
  const table::Table held_out = people(50, 3);
  const MatchedRows matched = draw_matched(tests::compared(people(200, 1), &held_out, people(100, 2)), 1);
  CHECK(matched.each == 50);
  CHECK(matched.attainable);
  for (const Side side : matched.sides()) CHECK(matched.of(side).size() == 50);
  const table::Table few = people(5, 3);
  const MatchedRows without = draw_matched(tests::compared(people(200, 1), &few, people(100, 2)), 1);
  CHECK(without.each == 100);
  CHECK_FALSE(without.attainable);
  CHECK(without.sides().size() == 2);
}
