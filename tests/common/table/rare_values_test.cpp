#include "common/table/rare_values.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>

#include "common/table/metadata_json.h"
#include "common/table_formats/csv_reader.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"

namespace ctgan::table {

using namespace table_formats;
namespace {

using Catch::Contains;
using errors::Kind;
using tests::raised;

Table read(const std::string& text) {
  tests::MemorySource source(text);
  return read_csv(source, "t.csv");
}

TableRequest protecting() {
  TableRequest request;
  request.rules = default_protection();
  return request;
}

// `rows` rows of a column "name" in which every `couple`-th value is the one before it; and a column of five.
std::string people(int rows, int couple) {
  std::string text = "name,town\n";
  for (int row = 0; row < rows; ++row)
    text += fmt::format("person {},town {}\n", row % couple == 1 ? row - 1 : row, row % 5);
  return text;
}

ColumnKind kind_of(const std::string& csv, const TableRequest& request, std::size_t column = 0) {
  return infer_metadata(read(csv), request).columns[column].kind;
}

}  // namespace

TEST_CASE("five rows must share a value, and fewer in a table of a few dozen") {
  const TableRules rules = default_protection();
  CHECK(rows_to_share(rules, 10) == 3);
  CHECK(rows_to_share(rules, 60) == 3);
  CHECK(rows_to_share(rules, 85) == 4);
  CHECK(rows_to_share(rules, 100) == 5);
  CHECK(rows_to_share(rules, 1'000'000) == 5);
  CHECK(rows_to_share(TableRules{}, 1000) == 1);
  CHECK(infer_metadata(read(people(60, 1000)), protecting()).rules.min_category_count == 3);
}

TEST_CASE("a text column of which most rows hold a value that too few share is made anew") {
  for (const int couple : {1000, 100, 5, 2}) {
    INFO(couple);
    CHECK(kind_of(people(200, couple), protecting()) == ColumnKind::id);
    CHECK(kind_of(people(40, couple), protecting()) == ColumnKind::id);
    CHECK(kind_of(people(200, couple), protecting(), 1) == ColumnKind::categorical);
    if (couple < 1000) CHECK(kind_of(people(200, couple), {}) == ColumnKind::categorical);
  }
}

TEST_CASE("blanks are nobody's, and do not make a column of names one of categories") {
  std::string text = "name,n\n";
  for (int row = 0; row < 200; ++row)
    text += fmt::format("{},{}\n", row % 10 < 7 ? std::string() : fmt::format("person {}", row - row % 2),
                        row * 7 % 100);
  CHECK(kind_of(text, protecting()) == ColumnKind::id);
}

TEST_CASE("rare values beside shared ones leave a column discrete, and are counted") {
  std::string text = "code,ok,n\n";
  for (int row = 0; row < 100; ++row)
    text += fmt::format("{},{},{}\n", row < 10 ? fmt::format("Z{}", row / 2) : "E11",
                        row == 0 ? "True" : "False", row * 7 % 100);
  const Table table = read(text);
  const Metadata metadata = infer_metadata(table, protecting());
  CHECK(metadata.columns[0].kind == ColumnKind::categorical);
  const ProtectedColumns found = protected_columns(table, metadata);
  CHECK(found.made_anew.empty());
  REQUIRE(found.left_out.size() == 2);
  CHECK(found.left_out[0].values == 5);
  CHECK(found.left_out[0].rows == 10);
  CHECK(found.left_out[1].column == "ok");
  const auto lines = protection_lines(found);
  REQUIRE(lines.size() == 1);
  CHECK_THAT(lines[0], Contains("6 values of code, ok") && Contains("--min-category-count 1"));
  const ProtectedColumns back = protected_columns_from_json(to_json(found));
  CHECK(back.left_out[0].rows == 10);
  CHECK(raised([] { protected_columns_from_json(nlohmann::json::array()); }).kind() == Kind::bad_data);
}

TEST_CASE("what is made anew is said in one line, with the flag that says otherwise") {
  const Table table = read(people(200, 50));
  const auto lines = protection_lines(protected_columns(table, infer_metadata(table, protecting())));
  REQUIRE(lines.size() == 1);
  CHECK_THAT(lines[0], Contains("name") && Contains("--discrete COLUMN --min-category-count 1"));
}

TEST_CASE("a column that is to be discrete stays so unless most rows hold a rare value") {
  TableRequest request = protecting();
  request.columns["name"].kind = ColumnKind::categorical;
  request.columns["town"].kind = ColumnKind::categorical;
  CHECK(kind_of(people(200, 50), request) == ColumnKind::id);
  CHECK(kind_of(people(200, 50), request, 1) == ColumnKind::categorical);
  request.rules.min_category_count = 1;
  request.rules.relaxed_if_small = false;
  CHECK(kind_of(people(200, 50), request) == ColumnKind::categorical);
  // Numbers are learnt as such.
  std::string rooms = "room,floor\n";
  for (int row = 0; row < 200; ++row)
    rooms += std::to_string(100 + row * 37 % 150) + "," + std::to_string(row % 3) + "\n";
  TableRequest discrete = protecting();
  discrete.columns["room"].kind = ColumnKind::categorical;
  discrete.columns["floor"].kind = ColumnKind::categorical;
  CHECK(kind_of(rooms, discrete) == ColumnKind::numerical);
  CHECK(kind_of(rooms, discrete, 1) == ColumnKind::categorical);
}

TEST_CASE("whole numbers that are named like identifiers may repeat") {
  std::string text = "patient_id,weight\n";
  for (int row = 0; row < 200; ++row)
    text += fmt::format("{},{}\n", 1000 + (row == 7 ? 6 : row) * 37 % 4001, row * 3 % 200);
  CHECK(kind_of(text, protecting()) == ColumnKind::id);
  CHECK(kind_of(text, protecting(), 1) == ColumnKind::numerical);
}

TEST_CASE("requests and models that do not say keep all categories") {
  const auto bare = table_request_from_json(nlohmann::json::object());
  CHECK(bare.rules.min_category_count == 1);
  CHECK_FALSE(bare.rules.relaxed_if_small);
  const auto sent = table_request_from_json(nlohmann::json::parse(table_request_json(protecting()).dump()));
  CHECK(sent.rules.min_category_count == 5);
  CHECK(sent.rules.relaxed_if_small);
}

}  // namespace ctgan::table
