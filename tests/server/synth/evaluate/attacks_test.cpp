#include "server/synth/evaluate/attacks.h"

#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

#include "common/table_formats/csv_reader.h"
#include "server/synth/evaluate/intervals.h"
#include "server/synth/evaluate/queries.h"
#include "tests/catch.h"
#include "tests/server/synth/evaluate/small_tables.h"

using namespace ctgan;
using namespace ctgan::synth::evaluate;
using nlohmann::json;

namespace {

std::filesystem::path reference() {
  return std::filesystem::path(std::getenv("CTGAN_SOURCE_DIR")) / "tests/server/synth/evaluate/reference";
}

bool overlap(const Estimate& a, const Estimate& b) {
  return a.low <= b.high && b.low <= a.high;
}

const Attack& named(const std::vector<Attack>& attacks, const std::string& name) {
  const auto found =
      std::find_if(attacks.begin(), attacks.end(), [&](const Attack& a) { return a.name == name; });
  REQUIRE(found != attacks.end());
  return *found;
}

// Places of all rows of an index that match, ascending.
std::vector<std::uint32_t> all_that_match(const IndexedRows& index, Side side, const Query& query) {
  std::vector<std::uint32_t> places;
  for (std::uint32_t place = 0; place < index.rows().size(); ++place) {
    if (matches(index.tables(), side, index.rows()[place], query)) places.push_back(place);
  }
  return places;
}

// A table of one numeric column and one of text.
ComparedTables two_columns(const std::vector<std::optional<double>>& numbers,
                           const std::vector<std::string>& texts) {
  const table::Table table({tests::number_column("n", numbers), tests::text_column("t", texts)});
  return tests::compared(table, &table, table);
}

std::vector<std::size_t> shuffled(std::size_t count, std::uint64_t seed) {
  synth::random::Stream random(seed, synth::random::StreamId::evaluation, 991);
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = count; i > 1; --i) {
    std::swap(order[i - 1], order[random.next_below(static_cast<std::uint32_t>(i))]);
  }
  return order;
}

// How often each attack's interval lies above 0 when one table is split by chance, so that nothing leaks.
std::map<std::string, int> false_alarms(const table::Table& all, std::size_t training, std::size_t held_out,
                                        std::uint64_t splits) {
  threads::ThreadPool pool(2);
  std::map<std::string, int> alarms;
  for (std::uint64_t seed = 1; seed <= splits; ++seed) {
    const auto order = shuffled(all.rows(), seed);
    const auto rows = [&](std::size_t first, std::size_t last) {
      return tests::picked(all, {order.data() + first, order.data() + last});
    };
    const table::Table control = rows(training, training + held_out);
    const auto tables = tests::compared(rows(0, training), &control, rows(training + held_out, all.rows()));
    std::vector<Note> notes;
    for (const Attack& attack : run_attacks(tables, seed, pool, notes)) {
      alarms[attack.name] += attack.risk.low > 0 ? 1 : 0;
    }
  }
  return alarms;
}

}  // namespace

TEST_CASE("Attacks on random splits of one table find a risk in at most a tenth of them") {
  const table::Table all = tests::households(900, 77);
  const int splits = 40;
  for (const auto& [training, held_out] : {std::pair{300, 300}, std::pair{450, 112}}) {
    const auto alarms =
        false_alarms(all, static_cast<std::size_t>(training), static_cast<std::size_t>(held_out), splits);
    CHECK(alarms.size() == 4);
    for (const auto& [name, count] : alarms) {
      INFO(name << " with " << training << " and " << held_out << " rows: " << count << " of " << splits);
      CHECK(count <= splits / 10);
    }
  }
}

TEST_CASE("Copies of the training rows are found at risk by every attack") {
  const table::Table all = tests::households(600, 78);
  const table::Table original = tests::part(all, 0, 300);
  const table::Table held_out = tests::part(all, 300, 300);
  threads::ThreadPool pool(2);
  std::vector<Note> notes;
  for (const Attack& attack : run_attacks(tests::compared(original, &held_out, original), 1, pool, notes)) {
    INFO(attack.name << " " << attack.risk.low << " to " << attack.risk.high);
    CHECK(attack.risk.low > 0.1);
  }
}

TEST_CASE("The interval of inference holds for all columns that were tried") {
  const table::Table all = tests::households(600, 79);
  const table::Table held_out = tests::part(all, 200, 200);
  const auto tables = tests::compared(tests::part(all, 0, 200), &held_out, tests::part(all, 400, 200));
  threads::ThreadPool pool(2);
  std::vector<Note> notes;
  const Attack attack = named(run_attacks(tables, 1, pool, notes), "inference");
  REQUIRE(attack.columns.size() == 7);
  const double right = std::round(attack.main.value * (200 + 3.8414588) - 1.9207294);
  const Estimate expected = attack_rate(right, 200, {.comparisons = 7});
  CHECK(attack.main.value == Approx(expected.value));
  CHECK(attack.main.low == Approx(expected.low));
  CHECK(attack.main.high == Approx(expected.high));
}

TEST_CASE("A record that two people share singles out neither") {
  std::vector<std::optional<double>> once;
  std::vector<std::optional<double>> twice;
  std::vector<std::optional<double>> others;
  for (int number = 0; number < 60; ++number) {
    once.emplace_back(number);
    twice.insert(twice.end(), {number, number});
    others.emplace_back(number + 0.5);
  }
  const auto of = [](const auto& numbers) { return table::Table({tests::number_column("n", numbers)}); };
  const table::Table held_out = of(others);
  threads::ThreadPool pool(1);
  std::vector<Note> notes;
  const auto rate = [&](const auto& original) {
    return named(run_attacks(tests::compared(of(original), &held_out, of(once)), 1, pool, notes),
                 "singling out by one column")
        .main.value;
  };
  CHECK(rate(once) > 0.9);
  CHECK(rate(twice) < 0.1);
}

TEST_CASE("Every attack's risk lies within Anonymeter's interval, or their intervals meet") {
  const auto read = [](const char* name) {
    return table_formats::read_csv(reference() / (std::string("anonymeter_") + name + ".csv"));
  };
  const table::Table control = read("control");
  const auto tables = tests::compared(read("original"), &control, read("synthetic"));
  const json expected = json::parse(std::ifstream(reference() / "anonymeter.json"));
  threads::ThreadPool pool(2);
  std::vector<Note> notes;
  const std::vector<Attack> attacks = run_attacks(tables, 1, pool, notes);
  const auto check = [](const std::string& name, const Estimate& risk, const json& recorded) {
    INFO(name << ": " << risk.value << " here, " << recorded.at("risk") << " there");
    const Estimate theirs{recorded.at("risk"), recorded.at("low"), recorded.at("high")};
    CHECK(overlap(risk, theirs));
    CHECK(std::abs(risk.value - theirs.value) < 0.1);
  };
  for (const char* name : {"singling out by one column", "singling out by several columns", "linkability"}) {
    check(name, named(attacks, name).risk, expected.at(name));
  }
  for (const ColumnRisk& column : named(attacks, "inference").columns) {
    const std::string name = "inference of " + column.column;
    if (expected.contains(name)) check(name, column.risk, expected.at(name));
  }
  CHECK(notes.empty());
}

TEST_CASE("Fresh rows put nobody at risk, training rows everybody") {
  threads::ThreadPool pool(2);
  const table::Table all = tests::people(3000, 11);
  const table::Table held_out = tests::part(all, 1000, 1000);
  const table::Table original = tests::part(all, 0, 1000);
  std::vector<Note> notes;
  const auto fresh =
      run_attacks(tests::compared(original, &held_out, tests::part(all, 2000, 1000)), 1, pool, notes);
  for (const Attack& attack : fresh) {
    INFO(attack.name << " " << attack.main.value << " " << attack.control.value);
    CHECK(attack.risk.low < 0.03);
  }
  const auto leaked = run_attacks(tests::compared(original, &held_out, original), 1, pool, notes);
  CHECK(named(leaked, "singling out by several columns").risk.low > 0.4);
  CHECK(named(leaked, "linkability").risk.low > 0.1);
  CHECK(named(leaked, "inference").risk.low > 0.4);
}

TEST_CASE("The attacks do not depend on the number of threads, and the seed decides them") {
  threads::ThreadPool one(1);
  threads::ThreadPool three(3);
  const table::Table all = tests::people(900, 12);
  const table::Table held_out = tests::part(all, 300, 300);
  const auto tables = tests::compared(tests::part(all, 0, 300), &held_out, tests::part(all, 600, 300));
  std::vector<Note> notes;
  const auto first = run_attacks(tables, 4, one, notes);
  const auto second = run_attacks(tables, 4, three, notes);
  REQUIRE(first.size() == second.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    CHECK(first[i].main.value == second[i].main.value);
    CHECK(first[i].control.value == second[i].control.value);
    CHECK(first[i].baseline.value == second[i].baseline.value);
  }
}

TEST_CASE(
    "The index finds the rows that match a query, of every kind of condition, as a look at each row does") {
  table::Table people = tests::people(900, 5);
  const auto tables = tests::compared(people, nullptr, people);
  threads::ThreadPool pool(3);
  // Not in their order, some of them twice.
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < 700; ++row) rows.push_back((row * 37) % 650);
  const IndexedRows index(tables, Side::original, rows, pool);
  std::size_t found = 0;
  for (const std::size_t columns : {std::size_t{1}, std::size_t{2}, std::size_t{3}}) {
    for (const Query& query :
         random_queries(index, columns, 400, {2, synth::random::StreamId::evaluation, columns})) {
      const std::vector<std::uint32_t> expected = all_that_match(index, Side::original, query);
      std::vector<std::uint32_t> all = index.matching(query, rows.size());
      std::sort(all.begin(), all.end());
      CHECK(all == expected);
      CHECK(index.matching(query, 2).size() == std::min<std::size_t>(2, expected.size()));
      found += expected.size();
    }
  }
  CHECK(found > 1000);
}

TEST_CASE("The index knows missing cells and cells that no row has") {
  const auto tables = two_columns({5, std::nullopt, 5, 9, std::nullopt}, {"a", "b", "", "a", "a"});
  threads::ThreadPool pool(1);
  const IndexedRows index(tables, Side::synthetic, {0, 1, 2, 3, 4}, pool);
  for (const double number : {1.0, 5.0, 7.0, 9.0, 11.0}) {
    for (const Comparison comparison : {Comparison::equal, Comparison::unequal, Comparison::at_most,
                                        Comparison::at_least, Comparison::missing, Comparison::present}) {
      const Query query{{0, comparison, number, 0}};
      CHECK(index.matching(query, 5).size() == all_that_match(index, Side::synthetic, query).size());
    }
  }
  for (const Comparison comparison :
       {Comparison::equal, Comparison::unequal, Comparison::missing, Comparison::present}) {
    for (const std::uint32_t code : {0U, 1U, 7U}) {
      const Query query{{1, comparison, 0, code}};
      CHECK(index.matching(query, 5).size() == all_that_match(index, Side::synthetic, query).size());
    }
  }
}

TEST_CASE("Queries of one column are its unique values, its ends and its only missing cell") {
  const auto tables = two_columns({5, 1, 5, 9, std::nullopt}, {"a", "b", "a", "a", "a"});
  threads::ThreadPool pool(1);
  const IndexedRows source(tables, Side::synthetic, {0, 1, 2, 3, 4}, pool);
  const std::vector<Query> queries =
      one_column_queries(source, 100, {1, synth::random::StreamId::evaluation, 0});
  // n <= 1, n >= 9, n = 1, n = 9, n missing, t = b
  CHECK(queries.size() == 6);
  for (const Query& query : queries) {
    CHECK(query.size() == 1);
    CHECK(all_that_match(source, Side::synthetic, query).size() == 1);
  }
  CHECK(one_column_queries(source, 2, {1, synth::random::StreamId::evaluation, 0}).size() == 2);
}

TEST_CASE("Queries of several columns single out a synthetic row, each is asked once") {
  const auto tables = tests::compared(tests::people(200, 3), nullptr, tests::people(200, 4));
  std::vector<std::uint32_t> rows(200);
  std::iota(rows.begin(), rows.end(), 0U);
  threads::ThreadPool pool(2);
  const IndexedRows source(tables, Side::synthetic, rows, pool);
  const std::vector<Query> queries =
      several_column_queries(source, 3, 40, 10'000, {1, synth::random::StreamId::evaluation, 0});
  CHECK(queries.size() == 40);
  for (std::size_t i = 0; i < queries.size(); ++i) {
    CHECK(queries[i].size() == 3);
    CHECK(all_that_match(source, Side::synthetic, queries[i]).size() == 1);
    CHECK(std::count(queries.begin(), queries.end(), queries[i]) == 1);
  }
}

TEST_CASE("A column without a unique value gives no queries, and the attack says that it was not tried") {
  std::vector<std::optional<double>> numbers;
  std::vector<std::string> texts;
  for (int row = 0; row < 60; ++row) {
    numbers.emplace_back(row % 2);
    texts.emplace_back(row % 4 < 2 ? "a" : "b");
  }
  const auto tables = two_columns(numbers, texts);
  threads::ThreadPool pool(1);
  std::vector<Note> notes;
  const auto attacks = run_attacks(tables, 1, pool, notes);
  CHECK(std::none_of(attacks.begin(), attacks.end(),
                     [](const Attack& a) { return a.name.starts_with("singling out"); }));
  CHECK_FALSE(notes.empty());
}

TEST_CASE("A small held-out table does not make fresh rows look risky, nor training rows safe") {
  threads::ThreadPool pool(2);
  const table::Table all = tests::people(4000, 13);
  const table::Table held_out = tests::part(all, 0, 300);
  const table::Table original = tests::part(all, 300, 2400);
  std::vector<Note> notes;
  const auto of = [&](const table::Table& synthetic) {
    return named(run_attacks(tests::compared(original, &held_out, synthetic), 1, pool, notes),
                 "singling out by several columns");
  };
  const Attack fresh = of(tests::part(all, 2700, 1300));
  INFO(fresh.main.value << " " << fresh.control.value);
  CHECK(fresh.risk.low < 0.02);
  CHECK(of(original).risk.low > 0.3);
}
