#include "server/synth/domains/table_domain.h"

#include <nlohmann/json.hpp>
#include <set>

#include "common/table/declared_metadata.h"
#include "common/table/metadata_json.h"
#include "tests/catch.h"
#include "tests/raises.h"

using namespace ctgan;
using namespace ctgan::synth::domains;
using nlohmann::json;
namespace codecs = synth::codecs;

namespace {

table::Metadata metadata_of(const std::vector<std::string>& names, const json& columns, const json& domain) {
  table::TableRequest request;
  request.columns = table::read_sdv_metadata({{"columns", columns}, {"domain", domain}});
  return table::declared_metadata(names, request);
}

DomainColumn column_of(const json& column, const json& domain) {
  return DomainColumn(metadata_of({"c"}, {{"c", column}}, {{"c", domain}}).columns[0]);
}

table::Column texts(const std::string& name, const std::vector<std::string>& cells) {
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

// Every code once, decoded many times: what each can become.
std::vector<std::set<double>> numbers_of(const DomainColumn& column) {
  std::vector<std::set<double>> found(column.codes());
  for (std::uint32_t code = 0; code < column.codes(); ++code) {
    codecs::Codes codes = codecs::Codes::sized(column.codes(), 400);
    for (std::size_t row = 0; row < 400; ++row) codes.set(row, code);
    const table::Column cells = column.decode(codes, {.seed = 5, .first = 0, .count = 400});
    for (std::size_t row = 0; row < 400; ++row)
      if (!cells.is_missing(row)) found[code].insert(cells.number(row));
  }
  return found;
}

const json k_number{{"sdtype", "numerical"}}, k_text{{"sdtype", "categorical"}};

}  // namespace

TEST_CASE(
    "a number's bins cover its range, are as wide as one another, and give each of their numbers back") {
  const DomainColumn age = column_of(k_number, {{"min", 17}, {"max", 26}, {"bins", 3}});
  CHECK(age.codes() == 3);
  const auto numbers = numbers_of(age);
  CHECK(numbers[0] == std::set<double>{17, 18, 19});
  CHECK(numbers[1] == std::set<double>{20, 21, 22});
  CHECK(numbers[2] == std::set<double>{23, 24, 25, 26});
  for (std::uint32_t code = 0; code < 3; ++code)
    for (const double number : numbers[code])
      CHECK(age.code_of(std::to_string(static_cast<int>(number))).code == code);
  // No more bins than there are numbers.
  CHECK(column_of(k_number, {{"min", 0}, {"max", 1}}).codes() == 2);
  const DomainColumn pay = column_of(k_number, {{"edges", {0, 0.5, 1.25}}, {"decimals", 2}});
  CHECK(pay.codes() == 2);
  CHECK(pay.code_of("0.49").code == 0);
  CHECK(pay.code_of("0.50").code == 1);
  CHECK(*numbers_of(pay)[1].rbegin() == 1.25);
  CHECK(numbers_of(pay)[0].size() == 50);
}

TEST_CASE("every text has a code, and what no domain foresees counts as the nearest and is counted") {
  const DomainColumn age =
      column_of(k_number, {{"min", 17}, {"max", 90}, {"bins", 4}, {"missing", {"?", ""}}});
  const auto code = [](const DomainColumn& column, const char* text) {
    const CodedCell cell = column.code_of(text);
    return std::pair(cell.code, cell.outside);
  };
  CHECK(code(age, "17") == std::pair(0U, false));
  CHECK(code(age, "-1e300") == std::pair(0U, true));
  CHECK(code(age, "91") == std::pair(3U, true));
  CHECK(code(age, " 90 ") == std::pair(3U, false));
  CHECK(code(age, "?") == std::pair(4U, false));
  CHECK(code(age, "") == std::pair(5U, false));
  CHECK(code(age, "old") == std::pair(4U, true));
  CHECK(code(column_of(k_number, {{"min", 0}, {"max", 9}}), "old") == std::pair(0U, true));

  const DomainColumn city =
      column_of(k_text, {{"categories", {"Ulm", "Rom"}}, {"others", "elsewhere"}, {"missing", {""}}});
  CHECK(city.codes() == 4);
  CHECK(code(city, "Rom") == std::pair(1U, false));
  CHECK(code(city, "Oslo") == std::pair(2U, false));
  CHECK(code(city, "") == std::pair(3U, false));
  CHECK(code(column_of(k_text, {{"categories", {"a", "b"}}}), "c") == std::pair(0U, true));

  const DomainColumn born = column_of({{"sdtype", "datetime"}, {"datetime_format", "%d.%m.%Y"}},
                                      {{"min", "01.01.2000"}, {"max", "31.12.2003"}, {"bins", 4}});
  CHECK(code(born, "30.12.2000") == std::pair(0U, false));
  CHECK(code(born, "01.01.2001") == std::pair(1U, false));
  CHECK(code(born, "01.01.1999") == std::pair(0U, true));
  CHECK(code(born, "yesterday") == std::pair(0U, true));
}

TEST_CASE("dates come back as dates of their bins, in their format") {
  const DomainColumn born =
      column_of({{"sdtype", "datetime"}, {"datetime_format", "%d.%m.%Y"}},
                {{"min", "01.01.2000"}, {"max", "31.12.2003"}, {"bins", 4}, {"missing", {"-"}}});
  for (std::uint32_t code = 0; code < 5; ++code) {
    codecs::Codes codes = codecs::Codes::sized(5, 50);
    for (std::size_t row = 0; row < 50; ++row) codes.set(row, code);
    const table::Column cells = born.decode(codes, {.seed = 1, .first = 0, .count = 50});
    for (const std::string& text : cells.categories().dictionary) CHECK(born.code_of(text).code == code);
  }
}

TEST_CASE("dates with a time zone come back with that of the first declared bound, or Z") {
  const auto drawn = [](const json& domain) {
    const DomainColumn at =
        column_of({{"sdtype", "datetime"}, {"datetime_format", "%Y-%m-%dT%H:%M%z"}}, domain);
    codecs::Codes codes = codecs::Codes::sized(at.codes(), 50);
    for (std::size_t row = 0; row < 50; ++row) codes.set(row, static_cast<std::uint32_t>(row % at.codes()));
    const table::Column column = at.decode(codes, {.seed = 1, .first = 0, .count = 50});
    const table::Categories cells = column.categories();
    std::set<std::string> zones;
    for (std::size_t row = 0; row < 50; ++row) {
      const std::string& text = cells.dictionary[cells.codes[row]];
      INFO(text);
      CHECK(at.code_of(text).code == row % at.codes());
      CHECK_FALSE(at.code_of(text).outside);
      zones.insert(text.substr(16));
    }
    return zones;
  };
  using Zones = std::set<std::string>;
  CHECK(drawn({{"min", "2024-01-01T00:00+02:00"}, {"max", "2024-06-30T23:59Z"}, {"bins", 5}}) ==
        Zones{"+02:00"});
  CHECK(drawn({{"edges", {"2024-01-01T00:00-0500", "2024-02-01T00:00-0500", "2024-06-30T23:59Z"}}}) ==
        Zones{"-0500"});
  CHECK(drawn({{"min", "2024-01-01T00:00Z"}, {"max", "2024-06-30T23:59Z"}}) == Zones{"Z"});
}

TEST_CASE("a table comes back column by column, with identifiers made anew and constants as they were") {
  const table::Metadata metadata = metadata_of({"row", "sex", "unit", "age", "code"},
                                               {{"row", {{"sdtype", "id"}}},
                                                {"sex", k_text},
                                                {"unit", k_text},
                                                {"age", k_number},
                                                {"code", {{"sdtype", "id"}}}},
                                               {{"sex", {{"categories", {"f", "m"}}}},
                                                {"unit", {{"categories", {"kg"}}}},
                                                {"age", {{"min", 0}, {"max", 9}, {"missing", {"?"}}}},
                                                {"code", {{"prefix", "P"}, {"digits", 4}}}});
  const TableDomain domain(metadata);
  CHECK(domain.attributes() == std::vector<std::size_t>{1, 3});
  CHECK(domain.sizes() == std::vector<std::uint32_t>{2, 11});
  threads::ThreadPool pool(2);
  const table::Table table({texts("row", {"9", "8", "7"}), texts("sex", {"m", "f", "x"}),
                            texts("unit", {"kg", "kg", "lb"}), texts("age", {"3", "?", "11"}),
                            texts("code", {"A", "B", "C"})});
  const EncodedRows rows = domain.encode(table, pool);
  CHECK(rows.outside == 2);
  const table::Table back = domain.decode(rows.attributes, {.seed = 3, .first = 10, .count = 3});
  CHECK(back.columns()[0].integers() == std::vector<std::int64_t>{11, 12, 13});
  CHECK(back.columns()[1].categories().codes == std::vector<std::uint32_t>{1, 0, 0});
  CHECK(back.columns()[2].categories().dictionary == std::vector<std::string>{"kg"});
  CHECK(back.columns()[3].integers()[0] == 3);
  CHECK(back.columns()[3].is_missing(1));
  CHECK(back.columns()[3].integers()[2] == 9);
  CHECK(back.columns()[4].categories().dictionary[0] == "P0011");
  CHECK(domain.number_rows(back, 0).columns()[4].categories().dictionary[2] == "P0003");
  CHECK(tests::raised([&] { domain.encode(table::Table(), pool); }).kind() == errors::Kind::bad_data);
  // No row at all is a table too.
  CHECK(domain.encode(table.rows_at(std::vector<std::uint32_t>{}), pool).attributes[0].rows() == 0);
}

TEST_CASE("the text of a code has that code") {
  for (const DomainColumn& column :
       {column_of(k_number, {{"min", -3}, {"max", 1000}, {"missing", {"?"}}}),
        column_of(k_number, {{"min", -0.5}, {"max", 0.75}, {"decimals", 2}, {"bins", 7}}),
        column_of(k_text, {{"categories", {"a", "b"}}, {"others", "c"}, {"missing", {""}}}),
        column_of({{"sdtype", "datetime"}, {"datetime_format", "%Y"}}, {{"min", "1990"}, {"max", "2020"}})})
    for (std::uint32_t code = 0; code < column.codes(); ++code)
      CHECK(column.code_of(column.text_of(code)).code == code);
}

TEST_CASE("where in its bin a cell is depends on seed and row alone") {
  const DomainColumn pay = column_of(k_number, {{"min", 0}, {"max", 1000}, {"decimals", 3}, {"bins", 2}});
  codecs::Codes codes = codecs::Codes::sized(2, 100);
  const auto decoded = [&](std::uint64_t seed) {
    return pay.decode(codes, {.seed = seed, .first = 0, .count = 100}).reals();
  };
  CHECK(decoded(1) == decoded(1));
  CHECK(decoded(1) != decoded(2));
}
