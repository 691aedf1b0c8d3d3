// Whose rows belong together, and that what is one person's is not taken for what many rows share.
#include "common/table/units.h"

#include <nlohmann/json.hpp>

#include "common/table/rare_values.h"
#include "common/table_formats/csv_reader.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"

namespace ctgan::table {
namespace {

Table read(const std::string& csv) {
  tests::MemorySource source(csv, 10'000);
  return table_formats::read_csv(source, "visits.csv");
}

// Visits of 60 patients, eight each: who they are, where they live, and what is of many.
std::string visits(const std::string& id) {
  std::string csv = id + ",name,town,ward,age\n";
  for (int visit = 0; visit < 8; ++visit)
    for (int patient = 0; patient < 60; ++patient)
      csv += "P" + std::to_string(1000 + patient) + ",Name" +
             std::string(1, static_cast<char>('A' + patient % 26)) + std::to_string(patient / 26) + "," +
             (patient < 3        ? "Thule"
              : patient % 2 == 0 ? "Rome"
                                 : "Oslo") +
             ",w" + std::to_string(visit % 3) + "," + std::to_string(20 + patient % 50) + "\n";
  return csv;
}

TableRequest protecting() {
  TableRequest request;
  request.rules = default_protection();
  return request;
}

ColumnKind kind(const Metadata& metadata, const std::string& name) {
  for (const ColumnMetadata& column : metadata.columns)
    if (column.name == name) return column.kind;
  FAIL("no column " + name);
  return ColumnKind::id;
}

}  // namespace

TEST_CASE("names of columns say whether they name somebody") {
  for (const char* name : {"patient_id", "customerNo", "Member Number", "household-id", "email", "work_phone",
                           "USER_ID", "policyholder ref", "SSN"}) {
    INFO(name);
    CHECK(names_somebody(name));
  }
  for (const char* name : {"id", "product_id", "phone_model", "number_of_customers", "customer", "store_code",
                           "", "42", "customer_age", "mailing_list"}) {
    INFO(name);
    CHECK_FALSE(names_somebody(name));
  }
}

TEST_CASE(
    "who comes again in many rows is made anew by the name of the column, and so is what is that person's "
    "alone") {
  const Table table = read(visits("patient_id"));
  const Metadata metadata = infer_metadata(table, protecting());
  CHECK(kind(metadata, "patient_id") == ColumnKind::id);
  // Eight rows share each name, and one patient.
  CHECK(kind(metadata, "name") == ColumnKind::id);
  CHECK(kind(metadata, "town") == ColumnKind::categorical);
  CHECK(kind(metadata, "ward") == ColumnKind::categorical);
  CHECK(kind(metadata, "age") == ColumnKind::numerical);
}

TEST_CASE("a value that few people share is left out, however many rows these have") {
  Table table = read(visits("patient_id"));
  const Metadata metadata = infer_metadata(table, protecting());
  const ProtectedColumns found = protected_columns(table, metadata);
  CHECK_FALSE(found.unit.empty());
  REQUIRE(found.left_out.size() == 1);
  CHECK(found.left_out[0].column == "town");
  CHECK(found.left_out[0].values == 1);
  CHECK(found.left_out[0].rows == 24);
  CHECK(protected_columns_from_json(to_json(found)).unit == found.unit);
  bool is_said = false;
  for (const std::string& line : protection_lines(found))
    is_said = is_said || line.find("fewer than 5 values of " + found.unit + " share them: 1 value of town") !=
                             std::string::npos;
  CHECK(is_said);

  withhold_rare(table, metadata);
  const RareValues rare = rare_values(*table.find("town"), {}, 5);
  CHECK(rare.rows == 24);
  CHECK(rare.values == 24);
  CHECK(rare_values(*table.find("ward"), {}, 5).rows == 0);
}

TEST_CASE("whoever asks for a column word for word gets it") {
  TableRequest request;  // all come out
  const Table table = read(visits("patient_id"));
  CHECK(kind(infer_metadata(table, request), "patient_id") == ColumnKind::categorical);
  TableRequest asked = protecting();
  asked.columns["patient_id"].kind = ColumnKind::categorical;
  CHECK(kind(infer_metadata(table, asked), "patient_id") == ColumnKind::categorical);
}

TEST_CASE("an identifier of things, and one of few values, is a category as before") {
  CHECK(kind(infer_metadata(read(visits("product_code")), protecting()), "product_code") ==
        ColumnKind::categorical);
  std::string csv = "customer_id,age\n";
  for (int row = 0; row < 400; ++row)
    csv += "C" + std::to_string(row % 20) + "," + std::to_string(row % 50) + "\n";
  CHECK(kind(infer_metadata(read(csv), protecting()), "customer_id") == ColumnKind::categorical);
}

TEST_CASE(
    "whole numbers that name somebody are made anew as well, and units are those of people, not of their "
    "orders") {
  std::string csv = "order_id,customer_no,amount\n";
  for (int row = 0; row < 600; ++row)
    csv += std::to_string(row * 7 + 3) + "," + std::to_string(5000 + row % 50) + "," +
           std::to_string(row % 90) + "\n";
  const Table table = read(csv);
  const Metadata metadata = infer_metadata(table, protecting());
  CHECK(kind(metadata, "order_id") == ColumnKind::id);
  CHECK(kind(metadata, "customer_no") == ColumnKind::id);
  CHECK(units_of(table, metadata).column == "customer_no");
}

}  // namespace ctgan::table
