// Which rows belong together, and that they are set aside together.
#include <set>

#include "common/table/rare_values.h"
#include "common/table/units.h"
#include "common/table_formats/csv_reader.h"
#include "server/synth/pipeline/fit_evaluation.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"

using namespace ctgan;
using namespace ctgan::synth::pipeline;
using table::Units;

namespace {

// Visits of patients, each of whom has `visits`; the visits count up.
std::string visits_csv(int patients, int visits) {
  std::string csv = "visit_id,patient_id,ward,age\n";
  int visit = 0;
  for (int i = 0; i < visits; ++i)
    for (int patient = 0; patient < patients; ++patient)
      csv += std::to_string(++visit) + ",P" + std::to_string(1000 + patient) + ",w" +
             std::to_string(patient % 3) + "," + std::to_string(20 + patient % 50) + "\n";
  return csv;
}

table::Table read(const std::string& csv) {
  tests::MemorySource source(csv, 10'000);
  return table_formats::read_csv(source, "visits.csv");
}

table::Metadata described(const table::Table& table) {
  table::TableRequest request;
  request.rules = table::default_protection();
  return table::infer_metadata(table, request);
}

Units units_in(const std::string& csv) {
  const table::Table table = read(csv);
  return units_of(table, described(table));
}

std::set<std::string> patients_of(const table::Table& table) {
  std::set<std::string> found;
  const table::Categories& column = table.find("patient_id")->categories();
  for (const std::uint32_t code : column.codes) found.insert(column.dictionary[code]);
  return found;
}

}  // namespace

TEST_CASE("rows that share an identifier are one unit, by the identifier that comes most often again") {
  const Units units = units_in(visits_csv(60, 5));
  CHECK(units.column == "patient_id");
  REQUIRE(units.rows.size() == 300);
  for (std::size_t row = 0; row < 300; ++row) CHECK(units.rows[row] == row % 60);
}

TEST_CASE("rows are by themselves where no identifier comes again, or of too few values to choose among") {
  CHECK(units_in(visits_csv(300, 1)).rows.empty());
  CHECK(units_in(visits_csv(12, 20)).rows.empty());
  CHECK(units_in("age,sex\n1,a\n2,b\n3,a\n5,b\n5,a\n5,a\n5,b\n5,b\n").column.empty());
}

TEST_CASE("a row without its identifier is a unit of its own") {
  std::string csv = visits_csv(60, 5);
  csv += "301,,w1,30\n302,,w2,31\n";
  const Units units = units_in(csv);
  REQUIRE(units.rows.size() == 302);
  CHECK(units.rows[300] != units.rows[301]);
}

TEST_CASE("nobody is both among the rows that are trained on and among those that are set aside") {
  const std::string csv = visits_csv(100, 6);
  table::Table table = read(csv);
  const table::Metadata metadata = described(table);
  const std::set<std::string> all = patients_of(table);
  const FitEvaluation evaluation(table, 0.1, 1, 7, units_of(table, metadata));
  const std::set<std::string> trained = patients_of(table), aside = patients_of(evaluation.held_out());
  CHECK(evaluation.held_out().rows() == 60);
  CHECK(table.rows() == 540);
  CHECK(aside.size() == 10);
  CHECK(trained.size() + aside.size() == all.size());
  for (const std::string& patient : aside) CHECK_FALSE(trained.contains(patient));

  table::Table again = read(csv);
  const FitEvaluation same(again, 0.1, 1, 7, units_of(again, metadata));
  CHECK(patients_of(same.held_out()) == aside);
  table::Table other = read(csv);
  const FitEvaluation differs(other, 0.1, 1, 8, units_of(other, metadata));
  CHECK(patients_of(differs.held_out()) != aside);
}

TEST_CASE("a unit that is larger than what is to be set aside stays") {
  std::string csv = visits_csv(60, 2);
  for (int i = 0; i < 400; ++i) csv += std::to_string(1000 + i) + ",P1000,w1,30\n";
  table::Table table = read(csv);
  const table::Metadata metadata = described(table);
  const FitEvaluation evaluation(table, 0.1, 1, 3, units_of(table, metadata));
  CHECK(evaluation.held_out().rows() == 52);
  CHECK_FALSE(patients_of(evaluation.held_out()).contains("P1000"));
}
