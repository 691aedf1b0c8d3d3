// People of several tables found by their ids: what joins, in which order, and what is said of a table that cannot be.
#include "common/joins/id_join.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "common/errors/error.h"
#include "common/joins/party_name.h"
#include "tests/catch.h"
#include "tests/raises.h"

namespace ctgan::joins {
namespace {

using tests::raised;
using Rows = std::vector<std::vector<std::string>>;

table::Column text_column(const std::string& name, const std::vector<std::string>& cells) {
  table::Categories categories;
  std::map<std::string, std::uint32_t> codes;
  for (const std::string& cell : cells) {
    const auto [at, fresh] = codes.emplace(cell, static_cast<std::uint32_t>(categories.dictionary.size()));
    if (fresh) categories.dictionary.push_back(cell);
    categories.codes.push_back(at->second);
  }
  table::Column column;
  column.name = name;
  column.cells = std::move(categories);
  return column;
}

// Columns from rows, the first of which holds the names.
table::Table table_of(const Rows& rows) {
  std::vector<table::Column> columns;
  for (std::size_t c = 0; c < rows.front().size(); ++c) {
    std::vector<std::string> cells;
    for (std::size_t r = 1; r < rows.size(); ++r) cells.push_back(rows[r][c]);
    columns.push_back(text_column(rows.front()[c], cells));
  }
  return table::Table(std::move(columns));
}

Rows rows_of(const table::Table& table) {
  Rows rows{table.column_names()};
  for (std::size_t r = 0; r < table.rows(); ++r) {
    rows.emplace_back();
    for (const table::Column& column : table.columns())
      rows.back().push_back(column.categories().dictionary[column.categories().codes[r]]);
  }
  return rows;
}

KeyedTable keyed_rows(const std::string& party, const Rows& rows, const std::string& key = "id") {
  return keyed(party, table_of(rows), key, table::MissingTexts());
}

table::Table join(const std::vector<std::pair<std::string, Rows>>& parts) {
  std::vector<KeyedTable> tables;
  for (const auto& [party, rows] : parts) tables.push_back(keyed_rows(party, rows));
  return inner_join(std::move(tables));
}

}  // namespace

TEST_CASE("who is in every table is one row, with the columns of all and without the id") {
  const table::Table joined = join({{"alice", {{"id", "age"}, {"1", "30"}, {"2", "40"}, {"3", "50"}}},
                                    {"bob", {{"pay", "id"}, {"low", "3"}, {"high", "1"}, {"none", "9"}}},
                                    {"carol", {{"id", "age"}, {" 3 ", "x"}, {"1", "y"}, {"2", "z"}}}});
  Rows rows = rows_of(joined);
  CHECK(rows.front() == std::vector<std::string>{"alice_age", "bob_pay", "carol_age"});
  rows.erase(rows.begin());
  std::sort(rows.begin(), rows.end());
  CHECK(rows == Rows{{"30", "high", "y"}, {"50", "low", "x"}});
}

TEST_CASE("tables of nobody in common join to no row, with all columns") {
  const table::Table joined = join({{"a", {{"id", "x"}, {"1", "u"}}}, {"b", {{"id", "y"}, {"2", "v"}}}});
  CHECK(joined.rows() == 0);
  CHECK(joined.column_names() == std::vector<std::string>{"a_x", "b_y"});
}

TEST_CASE(
    "the rows of a join are those that a search through all pairs finds, in an order of the ids alone") {
  std::mt19937 random(GENERATE(1U, 2U, 3U));
  Rows left{{"id", "l"}}, right{{"id", "r"}}, expected;
  for (int i = 0; i < 2000; ++i) {
    const std::string id = fmt::format("p{}", i);
    const bool in_left = random() % 3 != 0, in_right = random() % 3 != 0;
    if (in_left) left.push_back({id, "l" + id});
    if (in_right) right.push_back({id, "r" + id});
    if (in_left && in_right) expected.push_back({"l" + id, "r" + id});
  }
  const Rows first = rows_of(join({{"a", left}, {"b", right}}));
  std::shuffle(left.begin() + 1, left.end(), random);
  std::shuffle(right.begin() + 1, right.end(), random);
  CHECK(rows_of(join({{"a", left}, {"b", right}})) == first);
  Rows found(first.begin() + 1, first.end());
  CHECK_FALSE(std::is_sorted(found.begin(), found.end()));
  std::sort(found.begin(), found.end());
  std::sort(expected.begin(), expected.end());
  CHECK(found == expected);
}

TEST_CASE("ids are compared as texts: 1, 01 and 1.0 are three people") {
  CHECK(join({{"a", {{"id", "x"}, {"1", "u"}}}, {"b", {{"id", "y"}, {"01", "v"}, {"1.0", "w"}}}}).rows() ==
        0);
}

TEST_CASE("an id that is missing or comes twice is told by its row, never by its text") {
  const auto words = [](const Rows& rows) { return raised([&] { keyed_rows("a", rows); }).sentence(); };
  CHECK(words({{"id", "x"}, {"1", "u"}, {"  ", "v"}}) == "row 2 has no id in the column 'id'");
  CHECK(words({{"id", "x"}, {"NA", "u"}}) == "row 1 has no id in the column 'id'");
  CHECK(words({{"id", "x"}, {"77", "u"}, {"5", "u"}, {" 77", "v"}}) ==
        "rows 1 and 3 have the same id in the column 'id'");
}

TEST_CASE("a table without the column of ids, or with nothing beside it, is refused") {
  CHECK(raised([] {
          keyed_rows("a", {{"Id", "x"}, {"1", "u"}});
        }).sentence() == "the table has no column 'id' to be joined by");
  CHECK(raised([] { keyed_rows("a", {{"id"}, {"1"}}); }).sentence() == "the table has no column beside 'id'");
}

TEST_CASE("a joined column has one reading: no party's name holds the separator") {
  CHECK(raised([] { check_party_name("a_b"); }).sentence() == "'a_b' cannot be the name of a party");
  for (const char* name : {"", "1a", "-a", "a b", "a.b", "a/b", "\xc3\xa4"})
    CHECK_THROWS_AS(check_party_name(name), errors::Error);
  CHECK_THROWS_AS(check_party_name(std::string(33, 'a')), errors::Error);
  CHECK_NOTHROW(check_party_names({"Alice", "bob-2"}));
  CHECK_THROWS_AS(check_party_names({"Alice", "alice"}), errors::Error);
  CHECK_THROWS_AS(check_party_names({"alice"}), errors::Error);
  CHECK(joined_column("a", "b_c") == "a_b_c");
}

}  // namespace ctgan::joins
