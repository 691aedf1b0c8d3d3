// Rows of a private model's table as its report sees them, and which of them are set aside.
#include "server/synth/pipeline/declared_rows.h"

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
    const table::Table aside = set_aside_each(table, 0.1, bits);
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

}  // namespace ctgan::synth::pipeline
