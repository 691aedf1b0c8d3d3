#include "server/synth/paid_domains/paid_domains.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "common/table/declared_metadata.h"
#include "common/table/metadata_json.h"
#include "server/synth/domains/table_domain.h"
#include "tests/server/synth/paid_domains/paid_rows.h"

using namespace ctgan;
using namespace ctgan::synth::paid_domains;
using nlohmann::json;
using Texts = std::vector<std::string>;

namespace {

const json k_columns{{"age", {{"sdtype", "numerical"}}},
                     {"pay", {{"sdtype", "numerical"}}},
                     {"city", {{"sdtype", "categorical"}}},
                     {"born", {{"sdtype", "datetime"}, {"datetime_format", "%Y-%m-%d"}}},
                     {"who", {{"sdtype", "id"}}}};

table::Metadata declared(const json& domain, const std::string& unit = "", std::uint64_t rows = 1) {
  table::TableRequest request;
  request.columns = table::read_sdv_metadata({{"columns", k_columns}, {"domain", domain}});
  request.rules.privacy_unit = unit;
  request.rules.rows_per_unit = rows;
  return table::declared_metadata({"age", "pay", "city", "born", "who"}, request);
}

table::Column column_of(const std::string& name, const Texts& cells) {
  table::Column column;
  column.name = name;
  table::Categories categories;
  std::map<std::string, std::uint32_t> places;
  for (const std::string& cell : cells) {
    const auto [place, is_new] = places.emplace(cell, static_cast<std::uint32_t>(places.size()));
    categories.codes.push_back(place->second);
    if (is_new) categories.dictionary.push_back(cell);
  }
  column.cells = std::move(categories);
  return column;
}

UnitRows people(int rows) {
  Texts age, pay, city, born, who;
  for (int i = 0; i < rows; ++i) {
    age.push_back(i % 50 == 0 ? "?" : std::to_string(18 + i * 7 % 60));
    pay.push_back(i % 70 == 0 ? "n/a" : fmt::format("{:.2f}", 0.5 + (i % 100) * (i % 100) / 10.0));
    city.push_back(i % 2 == 0 ? "Oslo" : (i % 3 == 0 ? "Rome" : fmt::format("village {}", i)));
    born.push_back(fmt::format("{}-0{}-15", 1950 + i % 50, 1 + i % 9));
    who.push_back(std::to_string(i));
  }
  return {.texts = table::Table({column_of("age", age), column_of("pay", pay), column_of("city", city),
                                 column_of("born", born), column_of("who", who)})};
}

json all_paid(const char* binning) {
  return {{"age", {{"private", {"min", "max"}}, {"missing", {"?"}}}},
          {"pay",
           {{"min", 0},
            {"max", 2000},
            {"decimals", 2},
            {"private", {"edges"}},
            {"binning", binning},
            {"bins", 16}}},
          {"city", {{"private", {"categories"}}, {"others", "elsewhere"}}},
          {"born", {{"private", {"min", "max", "edges"}}, {"binning", binning}}}};
}

struct Found {
  table::Metadata metadata;
  std::vector<synth::privacy::Spending> spendings;
  double spent = 0, total = 0;

  const table::ColumnDomain& domain(std::size_t column) const { return *metadata.columns[column].domain; }
};

Found find(const table::Metadata& metadata, const UnitRows& rows, double epsilon = 5, double delta = 1e-9) {
  synth::privacy::Accountant accountant({.epsilon = epsilon, .delta = delta},
                                        synth::privacy::Composition::concentrated,
                                        delta_of_searches(metadata, delta));
  tests::CountedBits bits(4);
  synth::privacy::Mechanisms mechanisms(accountant, bits);
  table::Metadata found = find_domains(metadata, rows, mechanisms);
  return {std::move(found), accountant.spendings(), accountant.spent(), accountant.total()};
}

}  // namespace

TEST_CASE("what was to be found stands in the metadata, and rows can be learnt by it") {
  const UnitRows rows = people(20'000);
  for (const char* binning : {"quantiles", "privtree", "dawa"}) {
    INFO(binning);
    const Found found = find(declared(all_paid(binning)), rows);
    CHECK(found.domain(0).least == "16");
    CHECK(found.domain(0).most == "127");
    CHECK(found.domain(0).found == Texts{"min", "max"});
    CHECK(found.domain(1).edges.front() == "0.00");
    CHECK(found.domain(1).edges.back() == "2000.00");
    CHECK(found.domain(1).edges.size() >= 3);
    CHECK(found.domain(1).edges.size() <= 17);
    CHECK(found.domain(2).categories == Texts{"Oslo", "Rome"});
    CHECK(found.domain(2).others == "elsewhere");
    CHECK(found.domain(3).least < "1950");
    CHECK(found.domain(3).most > "1999");
    CHECK(found.domain(3).edges.size() >= 3);
    CHECK(found.domain(4).found.empty());
    for (const table::ColumnMetadata& column : found.metadata.columns) CHECK(column.domain->paid.empty());
    // A table of codes, both ways, and a second look at what was found.
    const synth::domains::TableDomain domain(found.metadata);
    threads::ThreadPool pool(1);
    CHECK(domain.encode(rows.texts, pool).attributes.size() == 4);
    table::TableRequest again;
    again.columns = table::read_sdv_metadata(json::parse(table::sdv_metadata(found.metadata).dump()));
    CHECK(table::to_json(table::declared_metadata(found.metadata.names(), again)) ==
          table::to_json(found.metadata));
  }
}

TEST_CASE("what each search costs is known from the metadata: a tenth of the whole, in equal parts") {
  const table::Metadata metadata = declared(all_paid("quantiles"));
  const auto costs_of = [&](const UnitRows& rows) {
    std::map<std::string, double> costs;
    const Found found = find(metadata, rows);
    CHECK(found.spent <= 0.1 * found.total);
    for (const auto& one : found.spendings) costs[one.stage] += one.cost / found.total;
    return costs;
  };
  auto of_many = costs_of(people(20'000)), of_few = costs_of(people(5)), of_none = costs_of(people(0));
  for (auto* some : {&of_many, &of_few, &of_none}) {
    CHECK((*some)["bounds of 'age'"] == Approx(0.025));
    CHECK((*some)["categories of 'city'"] == Approx(0.025));
    CHECK((*some)["bounds of 'born'"] == Approx(0.0125));
    CHECK((*some)["common values of 'pay'"] == Approx(0.025 / 4));
    CHECK((*some)["edges of 'pay'"] <= 0.025 * 0.75);
  }
  CHECK(of_many["edges of 'pay'"] == Approx(0.025 * 0.75));
  CHECK(delta_of_searches(metadata, 1e-6) == Approx(1e-7));
  CHECK(delta_of_searches(declared({{"age", {{"min", 0}, {"max", 9}}},
                                    {"pay", {{"min", 0}, {"max", 9}, {"private", {"edges"}}}},
                                    {"city", {{"categories", {"x"}}}},
                                    {"born", {{"min", "2000-01-01"}, {"max", "2001-01-01"}}}}),
                          1e-6) == Approx(1e-7));
  CHECK(delta_of_searches(declared({{"age", {{"min", 0}, {"max", 9}}},
                                    {"pay", {{"min", 0}, {"max", 9}}},
                                    {"city", {{"categories", {"x"}}}},
                                    {"born", {{"private", {"min"}}, {"max", "2001-01-01"}}}}),
                          1e-6) == 0);
}

TEST_CASE("where nothing is found there is a domain all the same, and nothing fails") {
  for (const UnitRows& rows : {people(0), people(3)}) {
    const Found found = find(declared(all_paid("dawa")), rows, 0.5);
    CHECK(found.domain(0).least == "0");
    CHECK(found.domain(0).most == "1");
    CHECK(found.domain(2).categories.empty());
    CHECK(found.domain(2).others == "elsewhere");
    CHECK(found.domain(3).least == "1970-01-01");
    CHECK(found.domain(3).most == "1970-01-02");
    // Two steps need no edges.
    CHECK(found.domain(3).edges.empty());
    const synth::domains::TableDomain domain(found.metadata);
    CHECK(domain.columns()[2].codes() == 1);
  }
}

TEST_CASE("a bound that was declared stays, and only the other one is found") {
  json domain = all_paid("quantiles");
  domain["age"] = {{"min", 30}, {"private", {"max"}}};
  domain["born"] = {{"max", "1960-12-31"}, {"private", {"min"}}};
  const Found found = find(declared(domain), people(20'000));
  CHECK(found.domain(0).least == "30");
  CHECK(found.domain(0).most == "127");
  CHECK(found.domain(0).found == Texts{"max"});
  CHECK(found.domain(3).most == "1960-12-31");
  CHECK(found.domain(3).least < "1950");
}

TEST_CASE("units with several rows have as many times the noise") {
  UnitRows rows = people(20'000);
  rows.rows_per_unit = 8;
  for (std::uint32_t row = 0; row < 20'000; ++row) rows.units.push_back(row / 8);
  const table::Metadata metadata = declared(all_paid("privtree"), "who", 8);
  const Found of_units = find(metadata, rows), of_rows = find(metadata, people(20'000));
  REQUIRE(of_units.spendings.size() == of_rows.spendings.size());
  for (std::size_t i = 0; i < of_rows.spendings.size(); ++i) {
    const auto &unit = of_units.spendings[i], &row = of_rows.spendings[i];
    CHECK(unit.cost == Approx(row.cost));
    const double times = unit.mechanism == "Gaussian threshold" ? std::sqrt(8.0) : 8;
    CHECK(unit.sensitivity == Approx(times * row.sensitivity));
    CHECK(unit.scale == Approx(times * row.scale));
  }
}

TEST_CASE("values that many rows have are parts by themselves, wherever they are") {
  Texts cells;
  for (int i = 0; i < 20'000; ++i)
    cells.push_back(i % 10 < 6 ? "0" : (i % 10 < 8 ? "5000" : std::to_string(2000 + i * 37 % 900)));
  for (const char* binning : {"quantiles", "privtree", "dawa"})
    for (const std::uint64_t bins : {4U, 16U}) {
      INFO(binning << " " << bins);
      table::TableRequest request;
      request.columns = table::read_sdv_metadata(
          {{"columns", {{"c", {{"sdtype", "numerical"}}}}},
           {"domain",
            {{"c",
              {{"min", 0}, {"max", 5000}, {"private", {"edges"}}, {"binning", binning}, {"bins", bins}}}}}});
      const Found found = find(table::declared_metadata({"c"}, request),
                               {.texts = table::Table({column_of("c", cells)})}, 1, 1e-6);
      const Texts& edges = found.domain(0).edges;
      CHECK(edges.size() <= bins + 1);
      const auto has = [&](const char* edge) {
        return std::find(edges.begin(), edges.end(), edge) != edges.end();
      };
      CHECK(has("1"));
      // One of the two may have only one part in four.
      if (bins == 16) CHECK(std::count(edges.begin(), edges.end(), "5000") == 2);
      const synth::domains::TableDomain domain(found.metadata);
      CHECK(domain.columns()[0].code_of("0").code == 0);
      if (bins == 16)
        CHECK(domain.columns()[0].grid()->first(domain.columns()[0].code_of("5000").code) == 5000);
    }
}

TEST_CASE("edges alone have their share of delta: a value that 3 % of the rows have is found at epsilon 1") {
  Texts cells;
  for (int i = 0; i < 20'000; ++i) cells.push_back(i % 100 < 3 ? "5000" : std::to_string(i * 37 % 5000));
  table::TableRequest request;
  request.columns = table::read_sdv_metadata(
      {{"columns", {{"c", {{"sdtype", "numerical"}}}}},
       {"domain", {{"c", {{"min", 0}, {"max", 9999}, {"private", {"edges"}}, {"bins", 16}}}}}});
  const Found found = find(table::declared_metadata({"c"}, request),
                           {.texts = table::Table({column_of("c", cells)})}, 1, 1e-6);
  CHECK(std::count(found.domain(0).edges.begin(), found.domain(0).edges.end(), "5000") == 1);
  CHECK(std::count(found.domain(0).edges.begin(), found.domain(0).edges.end(), "5001") == 1);
}

TEST_CASE("what a fit costs as concentrated privacy is enough for all that its accountant lets it spend") {
  const table::Metadata metadata = declared(all_paid("quantiles"));
  table::Metadata nothing_to_find = metadata;
  for (table::ColumnMetadata& column : nothing_to_find.columns) column.domain->paid.clear();
  for (const double epsilon : {0.01, 1.0, 10.0})
    for (const double delta : {1e-12, 1e-6, 0.1}) {
      const ConcentratedCost cost = concentrated_cost(metadata, epsilon, delta);
      CHECK(cost.delta == delta_of_searches(metadata, delta));
      CHECK(cost.delta == Approx(delta / 10));
      // Also where the columns to be found are none of the table's.
      for (const table::Metadata& columns : {metadata, nothing_to_find}) {
        const synth::privacy::Accountant accountant({.epsilon = epsilon, .delta = delta},
                                                    synth::privacy::Composition::concentrated,
                                                    delta_of_searches(columns, delta));
        CHECK(accountant.total() <= cost.rho);
        CHECK(accountant.total() > 0.8 * cost.rho);
      }
      CHECK(concentrated_cost(nothing_to_find, epsilon, delta).delta == 0);
    }
  CHECK(concentrated_cost(nothing_to_find, 1, 0).rho == Approx(0.5));
  CHECK(concentrated_cost(nothing_to_find, 1, 0).rho > 0.5);
}
