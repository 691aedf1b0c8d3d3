#include "server/synth/evaluate/attacks.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "common/table/csv_reader.h"
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

// A table of one numeric column and one of text.
ComparedTables two_columns(const std::vector<std::optional<double>>& numbers,
                           const std::vector<std::string>& texts) {
  const table::Table table({tests::number_column("n", numbers), tests::text_column("t", texts)});
  return tests::compared(table, &table, table);
}

}  // namespace

TEST_CASE("Every attack's risk lies within Anonymeter's interval, or their intervals meet") {
  const auto read = [](const char* name) {
    return table::read_csv(reference() / (std::string("anonymeter_") + name + ".csv"));
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

TEST_CASE("Queries of one column are its unique values, its ends and its only missing cell") {
  const auto tables = two_columns({5, 1, 5, 9, std::nullopt}, {"a", "b", "a", "a", "a"});
  const std::vector<std::uint32_t> rows{0, 1, 2, 3, 4};
  const QuerySource source{tables, rows};
  const std::vector<Query> queries =
      one_column_queries(source, 100, {1, synth::random::StreamId::evaluation, 0});
  // n <= 1, n >= 9, n = 1, n = 9, n missing, t = b
  CHECK(queries.size() == 6);
  for (const Query& query : queries) {
    CHECK(query.size() == 1);
    CHECK(count_matches(tables, Side::synthetic, rows, query, 5) == 1);
  }
  CHECK(one_column_queries(source, 2, {1, synth::random::StreamId::evaluation, 0}).size() == 2);
}

TEST_CASE("Queries of several columns single out a synthetic row, each is asked once") {
  const auto tables = tests::compared(tests::people(200, 3), nullptr, tests::people(200, 4));
  std::vector<std::uint32_t> rows(200);
  for (std::uint32_t row = 0; row < 200; ++row) rows[row] = row;
  const std::vector<Query> queries =
      several_column_queries({tables, rows}, 3, 40, 10'000, {1, synth::random::StreamId::evaluation, 0});
  CHECK(queries.size() == 40);
  for (std::size_t i = 0; i < queries.size(); ++i) {
    CHECK(queries[i].size() == 3);
    CHECK(count_matches(tables, Side::synthetic, rows, queries[i], 5) == 1);
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
