#include "server/synth/sampling/row_completion.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "common/errors/error.h"
#include "common/table/row_gather.h"
#include "common/table_formats/csv_reader.h"
#include "server/synth/catalog/catalog.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"
#include "tests/server/synth/model/fit_context.h"
#include "tests/server/synth/sampling/dice_model.h"

namespace ctgan::synth::sampling {
namespace {

using errors::Kind;
using tests::raised;

table::Table texts(const std::string& csv) {
  tests::MemorySource source(csv);
  return table_formats::read_texts(source, "partial.csv", {}).table;
}

std::vector<std::string> column(const table::Table& table, const std::string& name) {
  std::vector<std::string> cells;
  const table::Categories& found = table.find(name)->categories();
  for (const std::uint32_t code : found.codes) cells.push_back(found.dictionary[code]);
  return cells;
}

std::vector<bool> known(const PartialRows& rows, std::size_t column) {
  std::vector<bool> found;
  for (std::size_t row = 0; row < rows.known.rows; ++row)
    found.push_back(rows.known.columns[column].is_known(row));
  return found;
}

// The city says the country, and the price is ten times the number; the total is their sum; some sizes are missing.
std::string trips_csv(int rows) {
  static constexpr const char* k_cities[] = {" Oslo", " Rome", " Lima", " Bari"};
  static constexpr const char* k_countries[] = {"Norway", "Italy", "Peru", "Italy"};
  std::string csv = "number,price,city,country,size,total\n";
  for (int i = 0; i < rows; ++i) {
    const int number = 10 + i * 7919 % 90, city = i * 31 % 4;
    csv += std::to_string(number) + "," + std::to_string(10 * number + i % 3) + ".50," + k_cities[city] +
           "," + k_countries[city] + "," + (i % 5 == 0 ? "" : std::to_string(i % 50)) + "," +
           std::to_string(11 * number + i % 3) + ".50\n";
  }
  return csv;
}

std::unique_ptr<model::FittedModel> trees_of(const std::string& csv, std::vector<std::string> rules = {}) {
  tests::MemorySource source(csv);
  table::Table table = table_formats::read_csv(source, "trips.csv");
  table::TableRequest request;
  request.rules.row_rules = std::move(rules);
  const table::Metadata metadata = table::infer_metadata(table, request);
  const catalog::ModelRow& row = catalog::find("trees");
  const auto trainer = row.make_trainer(options::check(row.method, {{"seed", 4}, {"min_leaf", 20}}));
  tests::QuietFit quiet;
  return trainer->fit(std::move(table), metadata, quiet.context);
}

table::Table completed(const model::FittedModel& model, const std::string& csv, Unknown unknown,
                       std::uint64_t seed = 1) {
  const auto blocks = complete_rows(model, partial_rows(texts(csv), unknown, nullptr, model), seed);
  std::vector<table::Table> made;
  for (std::size_t block = 0; block < blocks->count(); ++block) made.push_back(blocks->make(block));
  std::vector<const table::Table*> tables;
  std::vector<table::RowPlace> places;
  for (std::uint32_t block = 0; block < made.size(); ++block) {
    tables.push_back(&made[block]);
    for (std::uint32_t row = 0; row < made[block].rows(); ++row) places.push_back({block, row});
  }
  return table::gather(tables, places);
}

}  // namespace

TEST_CASE("a gap is an empty cell, a usual text for a missing value that is no category, or a named one") {
  const tests::DiceModel model;
  const table::Table file = texts("age,city,country\n,Rome,Peru\n7,NA,?\n8,,Italy\n");
  const PartialRows usual = partial_rows(file, Unknown::gaps, nullptr, model);
  CHECK(known(usual, tests::DiceModel::age) == std::vector<bool>{false, true, true});
  CHECK(known(usual, tests::DiceModel::city) == std::vector<bool>{true, false, false});
  CHECK(known(usual, tests::DiceModel::country) == std::vector<bool>{true, true, true});
  CHECK(known(usual, tests::DiceModel::start) == std::vector<bool>{false, false, false});
  CHECK(usual.unknown_cells == 3 + 3 * 3);
  const table::MissingTexts named({"?"});
  const PartialRows asked = partial_rows(file, Unknown::gaps, &named, model);
  CHECK(known(asked, tests::DiceModel::city) == std::vector<bool>{true, true, false});
  CHECK(known(asked, tests::DiceModel::country) == std::vector<bool>{true, false, true});
  const PartialRows columns = partial_rows(file, Unknown::columns, nullptr, model);
  CHECK(known(columns, tests::DiceModel::age) == std::vector<bool>{true, true, true});
  CHECK(known(columns, tests::DiceModel::end) == std::vector<bool>{false, false, false});
}

TEST_CASE("a file that does not suit the model is refused, with what to do") {
  const tests::DiceModel model;
  const errors::Error strange =
      raised([&] { partial_rows(texts("aeg\n7\n"), Unknown::gaps, nullptr, model); });
  CHECK(strange.sentence() == "the model has no column 'aeg'");
  CHECK_THAT(strange.hint(), Catch::Contains("age") && Catch::Contains("--drop"));
  const std::string whole = "id,age,start,end,city,country\n1,2,3,4,Rome,Peru\n";
  CHECK(raised([&] { partial_rows(texts(whole), Unknown::gaps, nullptr, model); }).kind() == Kind::bad_data);
  CHECK(raised([&] { partial_rows(texts(whole), Unknown::columns, nullptr, model); }).kind() ==
        Kind::bad_data);
  const errors::Error unable = raised(
      [&] { complete_rows(model, partial_rows(texts("age\n7\n"), Unknown::columns, nullptr, model), 1); });
  CHECK(unable.kind() == Kind::usage);
  CHECK_THAT(unable.hint(), Catch::Contains("--method trees"));
}

TEST_CASE("completed blocks know where they begin, and hold every row once") {
  const auto model = trees_of(trips_csv(500));
  std::string csv = "number\n";
  for (int i = 0; i < 333; ++i) csv += std::to_string(10 + i % 90) + "\n";
  const PartialRows rows = partial_rows(texts(csv), Unknown::columns, nullptr, *model);
  const auto blocks = model->complete(rows.known, 1);
  REQUIRE(blocks->count() > 1);
  std::size_t next = 0;
  for (std::size_t block = 0; block < blocks->count(); ++block) {
    CHECK(blocks->first_row(block) == next);
    next += blocks->make(block).rows();
  }
  CHECK(next == 333);
}

TEST_CASE("known cells stay byte for byte, and gaps are filled with what goes with them") {
  const auto model = trees_of(trips_csv(2000));
  std::string csv = "city,number,price,size,country,total\n";
  for (int i = 0; i < 300; ++i) csv += "Lima ,,0" + std::to_string(i % 10) + "5e1,?,,\n";
  for (int i = 0; i < 300; ++i) csv += ",40,,,Norway,\n";
  for (int i = 0; i < 300; ++i) csv += " Rome,,900.50,,,\n";
  const table::Table rows = completed(*model, csv, Unknown::gaps);
  REQUIRE(rows.rows() == 900);
  const auto cities = column(rows, "city"), countries = column(rows, "country"),
             numbers = column(rows, "number"), prices = column(rows, "price"), sizes = column(rows, "size");
  int near_price = 0, near_number = 0;
  for (std::size_t i = 0; i < 300; ++i) {
    CHECK(cities[i] == "Lima ");
    CHECK(prices[i] == "0" + std::to_string(i % 10) + "5e1");
    CHECK(sizes[i] == "?");
    CHECK(countries[i] == "Peru");
    CHECK(cities[300 + i] == " Oslo");
    CHECK(numbers[300 + i] == "40");
    CHECK(countries[600 + i] == "Italy");
    near_price += std::abs(std::stod(prices[300 + i]) - 400) < 60 ? 1 : 0;
    near_number += std::abs(std::stod(numbers[600 + i]) - 90) < 6 ? 1 : 0;
  }
  CHECK(near_price >= 290);
  CHECK(near_number >= 290);
  for (const table::Column& each : rows.columns())
    for (const std::string& cell : column(rows, each.name)) CHECK_FALSE(cell.empty());
  CHECK(column(completed(*model, csv, Unknown::gaps), "size") == sizes);
  CHECK(column(completed(*model, csv, Unknown::gaps, 2), "size") != sizes);
}

TEST_CASE("a known number that many rows have says more than its neighbours do") {
  std::string csv = "name,level,other\n", known = "level\n";
  for (int i = 0; i < 2000; ++i) {
    const std::string level = std::to_string(i * 7919 % 5);
    csv += "n" + level + "," + level + "," + std::to_string(i * 31 % 17) + "\n";
  }
  for (int i = 0; i < 200; ++i) known += std::to_string(i % 5) + "\n";
  const auto names = column(completed(*trees_of(csv), known, Unknown::columns), "name");
  int hits = 0;
  for (int i = 0; i < 200; ++i)
    hits += names[static_cast<std::size_t>(i)] == "n" + std::to_string(i % 5) ? 1 : 0;
  CHECK(hits >= 195);
}

TEST_CASE("given columns stay, empty cells too, and the others come beside them") {
  const auto model = trees_of(trips_csv(2000));
  std::string csv = "size,city\n";
  for (int i = 0; i < 400; ++i) csv += (i % 2 == 0 ? "," : "33,") + std::string(" Oslo\n");
  const table::Table rows = completed(*model, csv, Unknown::columns);
  for (std::size_t i = 0; i < 400; ++i) CHECK(column(rows, "size")[i] == (i % 2 == 0 ? "" : "33"));
  for (const std::string& country : column(rows, "country")) CHECK(country == "Norway");
}

TEST_CASE("a computed column is computed from what is known") {
  const auto model = trees_of(trips_csv(2000), {"total = number + price"});
  const table::Table rows = completed(*model, "number,price\n41,410.50\n77,123.50\n50,\n", Unknown::gaps);
  const auto totals = column(rows, "total"), prices = column(rows, "price");
  CHECK(std::stod(totals[0]) == Approx(451.5));
  CHECK(std::stod(totals[1]) == Approx(200.5));
  CHECK(std::stod(totals[2]) == Approx(50 + std::stod(prices[2])));
}

TEST_CASE("columns that are learnt together are completed together") {
  const auto model = trees_of(trips_csv(2000), {"country, city"});
  const table::Table rows =
      completed(*model, "city,country\n Bari,\n,Norway\n,Italy\n Rome,Italy\n", Unknown::gaps);
  CHECK(column(rows, "country") == std::vector<std::string>{"Italy", "Norway", "Italy", "Italy"});
  const auto cities = column(rows, "city");
  CHECK(cities[1] == " Oslo");
  CHECK((cities[2] == " Rome" || cities[2] == " Bari"));
}

}  // namespace ctgan::synth::sampling
