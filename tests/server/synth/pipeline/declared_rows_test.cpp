// Rows of a private model's table as its report sees them, and which of them are set aside.
#include "server/synth/pipeline/declared_rows.h"

#include <map>
#include <nlohmann/json.hpp>

#include "common/table/declared_metadata.h"
#include "common/table/metadata_json.h"
#include "tests/catch.h"
#include "tests/server/synth/privacy/counted_bits.h"

namespace ctgan::synth::pipeline {
namespace {

using nlohmann::json;

table::Column texts_of(const std::string& name, const std::vector<std::string>& cells) {
  table::Column column;
  column.name = name;
  table::Categories categories;
  for (const std::string& cell : cells) {
    categories.codes.push_back(static_cast<std::uint32_t>(categories.dictionary.size()));
    categories.dictionary.push_back(cell);
  }
  column.cells = std::move(categories);
  return column;
}

table::Metadata metadata_of(const json& columns, const json& domain, const std::vector<std::string>& names) {
  table::TableRequest request;
  request.columns = table::read_sdv_metadata({{"columns", columns}, {"domain", domain}});
  return table::declared_metadata(names, request);
}

const json k_number{{"x", {{"sdtype", "numerical"}}}};

}  // namespace

TEST_CASE("numbers and dates are read as they were declared, and what is none is missing") {
  const table::Metadata metadata =
      metadata_of({{"pay", {{"sdtype", "numerical"}}},
                   {"born", {{"sdtype", "datetime"}, {"datetime_format", "%Y-%m-%d"}}},
                   {"city", {{"sdtype", "categorical"}}}},
                  {{"pay", {{"min", 0}, {"max", 10}, {"decimals", 1}, {"missing", {"?"}}}},
                   {"born", {{"min", "2000-01-01"}, {"max", "2000-12-31"}}},
                   {"city", {{"categories", {"Oslo"}}, {"others", "elsewhere"}}}},
                  {"pay", "born", "city"});
  const table::Table typed =
      as_declared(table::Table({texts_of("pay", {"1.5", "?", "much", "99"}),
                                texts_of("born", {"2000-02-03", "soon", "2000-02-03", ""}),
                                texts_of("city", {"Oslo", "Rome", "", "007"})}),
                  metadata);
  const table::Column& pay = *typed.find("pay");
  CHECK(pay.missing == std::vector<std::uint8_t>{0, 1, 1, 0});
  CHECK(pay.number(0) == 1.5);
  // Beyond the bounds is a number all the same: the report is to show what bounds do.
  CHECK(pay.number(3) == 99);
  const auto text = [&](const char* column, std::size_t row) {
    const table::Categories& cells = typed.find(column)->categories();
    return cells.dictionary[cells.codes[row]];
  };
  CHECK(text("born", 0) == "2000-02-03");
  CHECK(text("born", 2) == "2000-02-03");
  CHECK(text("born", 1).empty());
  CHECK(text("city", 1) == "Rome");
  CHECK(text("city", 3) == "007");
}

TEST_CASE("whether a row is set aside does not depend on what other rows there are") {
  std::vector<std::string> cells;
  for (int i = 0; i < 20'000; ++i) cells.push_back(std::to_string(i));
  const auto learnt = [&](const std::vector<std::string>& some) {
    table::Table table({texts_of("x", some)});
    tests::CountedBits bits(7);
    const table::Table aside =
        set_aside_units(table, metadata_of(k_number, {{"x", {{"min", 0}, {"max", 1}}}}, {"x"}), 0.1, bits);
    CHECK(aside.rows() + table.rows() == some.size());
    CHECK(bits.taken() == some.size());
    std::vector<std::string> rows;
    const table::Categories& left = table.find("x")->categories();
    for (const std::uint32_t code : left.codes) rows.push_back(left.dictionary[code]);
    return rows;
  };
  const auto all = learnt(cells);
  CHECK(all.size() == Approx(18'000).epsilon(0.01));
  // Without its last row the others are where they were.
  std::vector<std::string> fewer(cells.begin(), cells.end() - 1);
  auto without = learnt(fewer);
  if (all.back() == cells.back()) without.push_back(cells.back());
  CHECK(without == all);
  CHECK(learnt({}).empty());
}

TEST_CASE("all rows of a unit are on one side, each unit by a coin of its own, whatever others there are") {
  table::Metadata metadata =
      metadata_of({{"who", {{"sdtype", "id"}}}, {"x", {{"sdtype", "numerical"}}}},
                  {{"who", {{"missing", {"?"}}}}, {"x", {{"min", 0}, {"max", 1}}}}, {"who", "x"});
  metadata.rules.privacy_unit = "who";
  // 6,000 persons with three rows each, far apart; and 3,000 rows that name nobody.
  constexpr int k_persons = 6000, k_nobodys = 3000;
  const auto aside_of = [&](int persons) {
    table::Categories who;
    who.dictionary = {"?", ""};
    for (int i = 0; i < persons; ++i) who.dictionary.push_back("p" + std::to_string(i));
    for (int visit = 0; visit < 3; ++visit)
      for (int i = 0; i < persons; ++i) who.codes.push_back(static_cast<std::uint32_t>(i + 2));
    for (int i = 0; i < k_nobodys; ++i) who.codes.push_back(static_cast<std::uint32_t>(i % 2));
    table::Column column;
    column.name = "who";
    const auto rows = who.codes.size();
    column.cells = std::move(who);
    table::Table table({std::move(column), texts_of("x", std::vector<std::string>(rows, "0"))});
    tests::CountedBits bits(7);
    const table::Table aside = set_aside_units(table, metadata, 0.1, bits);
    CHECK(bits.taken() == static_cast<std::size_t>(persons + k_nobodys));
    CHECK(aside.rows() + table.rows() == rows);
    std::map<std::string, int> rows_of;
    const table::Categories& cells = aside.find("who")->categories();
    for (const std::uint32_t code : cells.codes) ++rows_of[cells.dictionary[code]];
    return rows_of;
  };
  auto aside = aside_of(k_persons);
  int persons = 0, nobodys = 0;
  for (const auto& [name, rows] : aside) {
    if (name.starts_with("p")) {
      CHECK(rows == 3);
      ++persons;
    } else {
      nobodys += rows;
    }
  }
  CHECK(persons == Approx(600).margin(75));
  // They are units by themselves: neither all nor none of them.
  CHECK(nobodys == Approx(300).margin(60));
  // Without the last person all others are where they were.
  auto without = aside_of(k_persons - 1);
  const std::string last = "p" + std::to_string(k_persons - 1);
  aside.erase(last);
  for (auto* rows : {&aside, &without})
    for (const char* nobody : {"?", ""}) rows->erase(nobody);
  CHECK(without == aside);
}

}  // namespace ctgan::synth::pipeline
