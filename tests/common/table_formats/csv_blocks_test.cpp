// Tables that are longer than the reader's blocks: what lies far apart is read, counted and refused as in a
// short one.
#include <fmt/format.h>

#include <string>

#include "common/table_formats/csv_reader.h"
#include "common/table_formats/csv_writer.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/one_processor.h"
#include "tests/raises.h"

namespace ctgan::table_formats {

using namespace table;

using tests::MemorySource;

namespace {

constexpr int k_rows = 60'000;  // about 10 blocks

std::string long_csv() {
  std::string csv = "number,late,quoted,real,long\n";
  for (int i = 0; i < k_rows; ++i)
    csv += fmt::format("{},{},\"{}, \"\"{}\"\"\n\",{}.{:02},a text of more than sixteen bytes {}\n", i - 1000,
                       i < 50'000 ? std::to_string(i % 977) : "none", i % 31, i % 7, i, i % 100, i % 4001);
  return csv;
}

Table read(const std::string& csv) {
  MemorySource source(csv, 100'000);
  return read_csv(source, "test.csv");
}

std::string written(const Table& table) {
  tests::MemorySink sink;
  CsvWriter writer(sink);
  writer.write_header(table.column_names());
  writer.write_rows(table);
  return sink.content;
}

}  // namespace

TEST_CASE("a table of many blocks keeps every cell, whatever the number of processors") {
  const std::string csv = long_csv();
  const Table table = read(csv);
  REQUIRE(table.rows() == k_rows);
  CHECK(table.find("number")->dtype == Dtype::int64);
  CHECK(table.find("late")->dtype == Dtype::text);
  CHECK(table.find("quoted")->categories().dictionary.size() == 31 * 7);
  CHECK(table.find("long")->categories().dictionary.size() == 4001);
  CHECK((written(table) == csv));
  const tests::OneProcessor alone;
  CHECK((written(read(csv)) == csv));
}

TEST_CASE("lines are counted across blocks, those within quotes included") {
  const errors::Error error = tests::raised([] { read(long_csv() + "one,two\n"); });
  CHECK(error.sentence() == fmt::format("'test.csv' has 5 columns, but line {} has 2 cells", 2 * k_rows + 2));
}

TEST_CASE("what is wrong first is what is said: ragged rows before a broken record behind them") {
  std::string csv = "a,b\n";
  for (int i = 0; i < 10; ++i) csv += "1\n";
  CHECK_THAT(tests::raised([&] { read(csv + "1,\"never closed"); }).sentence(),
             Catch::EndsWith("line 6 has 1 cell, and there are more"));
  CHECK_THAT(tests::raised([&] { read("a,b\n1,\"x\" y\n" + csv); }).sentence(),
             Catch::Contains("text after a closing quote in line 2"));
}

TEST_CASE("an infinite number far behind is refused with its line") {
  const errors::Error error = tests::raised([] { read(long_csv() + "inf,none,x,1e999,y\n"); });
  CHECK(error.sentence() == fmt::format("column 'number' has an infinite number in line {}", 2 * k_rows + 2));
}

TEST_CASE("empty lines at the end of one block are rows when the next block has more") {
  std::string csv = "x\n" + std::string(1, '1') + "\n";
  csv += std::string(600'000, '\n') + "2\n\n\n";
  const Table table = read(csv);
  CHECK(table.rows() == 600'002);
  CHECK(table.columns()[0].integers().back() == 2);
}

}  // namespace ctgan::table_formats
