// Tables reduced to numbers and codes: which cells are missing, which are the same, and which tables are refused.
#include "server/synth/evaluate/columns.h"

#include <fmt/format.h>

#include <cmath>

#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/synth/evaluate/small_tables.h"

using namespace ctgan;
using namespace ctgan::synth::evaluate;

namespace {

table::ColumnMetadata described(const std::string& name, table::ColumnKind kind, table::Dtype dtype) {
  table::ColumnMetadata metadata;
  metadata.name = name;
  metadata.kind = kind;
  metadata.dtype = dtype;
  return metadata;
}

// One column of text in both tables.
ComparedColumn reduced(const table::ColumnMetadata& metadata, const std::vector<std::string>& original,
                       const std::vector<std::string>& synthetic) {
  return compare_tables(table::Table({tests::text_column(metadata.name, original)}), nullptr,
                        table::Table({tests::text_column(metadata.name, synthetic)}), {{metadata}, {}})
      .columns.at(0);
}

std::vector<double> moments(const std::string& format, const std::vector<std::string>& cells) {
  table::ColumnMetadata metadata = described("d", table::ColumnKind::datetime, table::Dtype::text);
  metadata.datetime_format = format;
  return reduced(metadata, cells, cells).of(Side::original).numbers;
}

}  // namespace

TEST_CASE(
    "Moments are seconds since 1970, of a month, quarter, week or year its first day, of a time since "
    "midnight") {
  CHECK(moments("%Y-%m-%d %H:%M:%S", {"1970-01-01 00:00:01", "1969-12-31 23:59:59"}) ==
        std::vector<double>{1, -1});
  CHECK(moments("%Y-%m-%d", {"1970-01-02", "2000-03-01"}) == std::vector<double>{86'400, 951'868'800});
  CHECK(moments("%Y-%m", {"1970-02", "1972-03"}) ==
        std::vector<double>{31 * 86'400.0, (2 * 365 + 31 + 29) * 86'400.0});
  CHECK(moments("%H:%M", {"00:00", "13:30"}) == std::vector<double>{0, 48'600});
  CHECK(moments("%Y", {"1970", "1971"}) == std::vector<double>{0, 365 * 86'400.0});
}

TEST_CASE(
    "Text cells of numbers are numbers, missing as pandas says or as the column says, and refused else") {
  table::ColumnMetadata metadata = described("n", table::ColumnKind::numerical, table::Dtype::float64);
  metadata.missing_texts = {"-"};
  const auto numbers = reduced(metadata, {"1.5", "-", "", "NA"}, {"2e3", "nan", "-7", "-"});
  CHECK(numbers.of(Side::original).numbers[0] == 1.5);
  for (const std::size_t row : {1, 2, 3}) CHECK(std::isnan(numbers.of(Side::original).numbers[row]));
  CHECK(numbers.of(Side::synthetic).numbers[0] == 2000);
  CHECK(std::isnan(numbers.of(Side::synthetic).numbers[1]));
  for (const char* text : {"many", "inf", "1,5", "1.5 EUR"}) {
    CAPTURE(text);
    const auto error = tests::raised([&] { reduced(metadata, {"1", "2"}, {"3", text}); });
    CHECK(error.kind() == errors::Kind::bad_data);
    CHECK(error.sentence() ==
          fmt::format("column 'n' holds numbers in the original and '{}' in the synthetic table", text));
    CHECK_THAT(error.hint(), Catch::Contains("--drop"));
  }
}

TEST_CASE("A date of another format is refused with the column's own") {
  table::ColumnMetadata metadata = described("d", table::ColumnKind::datetime, table::Dtype::text);
  metadata.datetime_format = "%Y-%m-%d";
  const auto error = tests::raised([&] {
    reduced(metadata, {"2020-01-01", "2020-01-02"}, {"01.02.2020", ""});
  });
  CHECK(error.sentence() ==
        "column 'd' holds dates or times of the format '%Y-%m-%d' in the original and '01.02.2020' in the "
        "synthetic table");
}

TEST_CASE(
    "Categories are texts under one numbering, the original's first; a text for missing values is none") {
  table::ColumnMetadata metadata = described("c", table::ColumnKind::categorical, table::Dtype::text);
  metadata.missing_texts = {"?"};
  const ComparedColumn found = reduced(metadata, {"b", "a", "?", ""}, {"new", "a", "?", "b", "NA"});
  CHECK(found.labels == std::vector<std::string>{"b", "a", "new", "NA"});
  CHECK(found.of(Side::original).codes == std::vector<std::uint32_t>{0, 1, k_missing_code, k_missing_code});
  CHECK(found.of(Side::synthetic).codes == std::vector<std::uint32_t>{2, 1, k_missing_code, 0, 3});
}

TEST_CASE("Numbers that are categories are spelled as the original spells them") {
  const auto whole = [](const std::vector<std::int64_t>& cells) {
    table::Column column;
    column.name = "c";
    column.dtype = table::Dtype::int64;
    column.cells = cells;
    return column;
  };
  const auto reduced_to = [](const table::Column& original, const table::Column& synthetic) {
    const table::Metadata metadata{{described("c", table::ColumnKind::categorical, original.dtype)}, {}};
    return compare_tables(table::Table({original}), nullptr, table::Table({synthetic}), metadata)
        .columns.at(0);
  };
  // 1 and 1.0 are one category, 1.5 another.
  const ComparedColumn by_whole = reduced_to(whole({1, 2, 1}), tests::number_column("c", {1.0, 1.5, 2.0}));
  CHECK(by_whole.labels == std::vector<std::string>{"1", "2", "1.5"});
  CHECK(by_whole.of(Side::synthetic).codes == std::vector<std::uint32_t>{0, 2, 1});
  table::Column two_decimals = tests::number_column("c", {1.0, 2.5});
  two_decimals.decimals = 2;
  const ComparedColumn by_decimals = reduced_to(two_decimals, whole({1, 7}));
  CHECK(by_decimals.labels == std::vector<std::string>{"1.00", "2.50", "7.00"});
  CHECK(by_decimals.of(Side::synthetic).codes == std::vector<std::uint32_t>{0, 2});
  const ComparedColumn missing = reduced_to(tests::number_column("c", {1, std::nullopt}), whole({1, 1}));
  CHECK(missing.of(Side::original).codes == std::vector<std::uint32_t>{0, k_missing_code});
}

TEST_CASE("Identifiers have no cells, and a table of nothing else cannot be compared") {
  const table::ColumnMetadata id = described("id", table::ColumnKind::id, table::Dtype::text);
  const auto error = tests::raised([&] { reduced(id, {"a", "b"}, {"c", "d"}); });
  CHECK(error.kind() == errors::Kind::bad_data);
  const table::Table table({tests::text_column("id", {"a", "b"}), tests::text_column("c", {"x", "y"})});
  const ComparedTables found = compare_tables(
      table, nullptr, table, {{id, described("c", table::ColumnKind::categorical, table::Dtype::text)}, {}});
  CHECK(found.columns[0].shape == ColumnShape::left_out);
  CHECK(found.columns[0].of(Side::original).codes.empty());
  CHECK(found.used() == std::vector<std::size_t>{1});
}

TEST_CASE("A table that lacks a column, has one more, or too few rows is named, with what to do") {
  const table::Table original = tests::people(20, 1);
  const table::Metadata metadata = tests::metadata_of(original);
  const auto refused = [&](const table::Table* held_out, const table::Table& synthetic) {
    return tests::raised([&] { compare_tables(original, held_out, synthetic, metadata); });
  };
  const table::Table other = tests::people(20, 2);
  const table::Table lacking = tests::people(20, 2).without({"city"});
  const auto lacks = refused(&lacking, other);
  CHECK(lacks.kind() == errors::Kind::bad_data);
  CHECK(lacks.sentence() == "the held-out table has no column 'city'");
  CHECK_THAT(lacks.hint(), Catch::StartsWith("leave it out with '--drop city'"));
  CHECK(refused(nullptr, lacking).sentence() == "the synthetic table has no column 'city'");
  std::vector<table::Column> columns = other.columns();
  columns.push_back(tests::text_column("cityy", std::vector<std::string>(20, "x")));
  CHECK(refused(nullptr, table::Table(columns)).hint() == "leave it out with '--drop cityy'");
  const table::Table one = tests::people(1, 3);
  CHECK(refused(&one, other).sentence() == "the held-out table has 1 row, and a comparison needs at least 2");
  CHECK(refused(nullptr, tests::people(0, 3)).sentence() ==
        "the synthetic table has 0 rows, and a comparison needs at least 2");
}

TEST_CASE("Rows are those of each side, none of held-out rows that were not given") {
  const table::Table original = tests::people(20, 1), held_out = tests::people(5, 2),
                     synthetic = tests::people(30, 3);
  const ComparedTables with = tests::compared(original, &held_out, synthetic);
  CHECK(with.rows(Side::original) == 20);
  CHECK(with.rows(Side::held_out) == 5);
  CHECK(with.rows(Side::synthetic) == 30);
  const ComparedTables without = tests::compared(original, nullptr, synthetic);
  CHECK(without.rows(Side::held_out) == 0);
  CHECK(without.columns[0].of(Side::held_out).numbers.empty());
  CHECK(without.columns[2].of(Side::held_out).codes.empty());
  // What the synthetic table alone has comes behind what held-out rows have.
  CHECK(without.columns[0].of(Side::synthetic).numbers == with.columns[0].of(Side::synthetic).numbers);
}
