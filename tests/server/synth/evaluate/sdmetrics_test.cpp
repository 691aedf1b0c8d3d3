// The scores that SDMetrics also has, held against values recorded from it
// (reference/make_sdmetrics_cases.py).
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "server/synth/evaluate/column_scores.h"
#include "server/synth/evaluate/pair_scores.h"
#include "tests/catch.h"
#include "tests/server/synth/evaluate/small_tables.h"

using namespace ctgan;
using namespace ctgan::synth::evaluate;
using nlohmann::json;

namespace {

json recorded() {
  const std::filesystem::path folder = std::getenv("CTGAN_SOURCE_DIR");
  return json::parse(std::ifstream(folder / "tests/server/synth/evaluate/reference/sdmetrics_cases.json"));
}

void check(const std::optional<double>& found, const json& expected) {
  REQUIRE(found.has_value() == !expected.is_null());
  if (found) CHECK(std::abs(*found - expected.get<double>()) < 1e-6);
}

ComparedTables tables_of(const json& one) {
  std::vector<table::Column> original;
  std::vector<table::Column> synthetic;
  for (const json& column : one.at("columns")) {
    const bool numeric = column.at("kind") == "numerical";
    original.push_back(tests::column_of(column.at("name"), numeric, column.at("original")));
    synthetic.push_back(tests::column_of(column.at("name"), numeric, column.at("synthetic")));
  }
  return tests::compared(table::Table(original), nullptr, table::Table(synthetic));
}

}  // namespace

TEST_CASE("Column scores equal SDMetrics'") {
  const json record = recorded();
  for (const json& one : record.at("cases")) {
    const ComparedTables tables = tables_of(one);
    for (std::size_t place = 0; place < tables.columns.size(); ++place) {
      const json& expected = one.at("columns").at(place);
      INFO(one.at("name") << ": " << expected.at("name"));
      const ColumnResult found = score_column(tables.columns[place]);
      check(found.score, expected.at("score"));
      check(found.coverage, expected.at("coverage"));
      check(found.adherence, expected.at("adherence"));
      check(found.missing.similarity, expected.at("missing"));
    }
  }
}

TEST_CASE("Pair scores, correlations and Cramer's V equal SDMetrics'") {
  threads::ThreadPool pool(2);
  const json record = recorded();
  for (const json& one : record.at("cases")) {
    const std::vector<PairResult> pairs = score_pairs(tables_of(one), pool);
    REQUIRE(pairs.size() == one.at("pairs").size());
    for (std::size_t place = 0; place < pairs.size(); ++place) {
      const json& expected = one.at("pairs").at(place);
      INFO(one.at("name") << ": " << expected.at("first") << " and " << expected.at("second"));
      CHECK(pairs[place].metric == expected.at("metric"));
      check(pairs[place].score, expected.at("score"));
      check(pairs[place].original_association, expected.at("original"));
      check(pairs[place].synthetic_association, expected.at("synthetic"));
    }
  }
}

TEST_CASE("The quality score and its two parts equal those of SDMetrics' QualityReport") {
  threads::ThreadPool pool(1);
  const json record = recorded();
  for (const json& one : record.at("cases")) {
    INFO(one.at("name"));
    const ComparedTables tables = tables_of(one);
    std::vector<ColumnResult> columns;
    for (const ComparedColumn& column : tables.columns) columns.push_back(score_column(column));
    const QualityScore found = quality_score(columns, score_pairs(tables, pool));
    check(found.shapes, one.at("shapes"));
    check(found.trends, one.at("trends"));
    check(found.overall, one.at("overall"));
  }
}
