#include "common/table_formats/csv_writer.h"

#include "common/table_formats/csv_reader.h"
#include "tests/catch.h"
#include "tests/common/table_formats/random_tables.h"
#include "tests/memory_streams.h"

namespace ctgan::table_formats {

using namespace table;

using tests::MemorySink;
using tests::MemorySource;
using tests::RandomTables;
using tests::same;

namespace {

std::string written(const Table& table) {
  MemorySink sink;
  CsvWriter writer(sink);
  writer.write_header(table.column_names());
  writer.write_rows(table);
  return sink.content;
}

Table read(const std::string& csv) {
  MemorySource source(csv, 4096);
  return read_csv(source, "test.csv");
}

}  // namespace

TEST_CASE("what the writer writes, the reader reads as the same table: 3000 random tables", "[fault:32]") {
  RandomTables tables(20260102);
  for (int i = 0; i < 3000; ++i) {
    const Table table = tables.next();
    const std::string csv = written(table);
    INFO(csv);
    REQUIRE(same(read(csv), table));
  }
}

TEST_CASE("cells are quoted only where a reader needs it") {
  const Table table = read("\"a,b\",c\nplain,\" \"\n\"x,y\",\"say \"\"hi\"\"\"\n\"two\nlines\",\"\"\n");
  CHECK(written(table) == "\"a,b\",c\nplain, \n\"x,y\",\"say \"\"hi\"\"\"\n\"two\nlines\",\n");
}

TEST_CASE("a first name that begins with a byte order mark stays a name") {
  const Table table = read("x,\"\xef\xbb\xbfn\"\n1,2\n").without({"x"});
  CHECK(read(written(table)).column_names() == table.column_names());
}

TEST_CASE("numbers keep their spelling: integers, decimals, missing cells") {
  const std::string csv = "i,f,s\n1,2.50,1e+30\n,,2.5\n-3,-0.25,0.1\n";
  CHECK(written(read(csv)) == csv);
}

TEST_CASE("the empty cell of a one-column row is quoted, since an empty line would be no row") {
  CHECK(written(read("t\nx\n\"\"\n")) == "t\nx\n\"\"\n");
  CHECK(written(read("n\n1\n\"\"\n")) == "n\n1\n\"\"\n");
}

TEST_CASE("blocks are written one after the other, and nothing waits in the writer") {
  MemorySink sink;
  CsvWriter writer(sink);
  writer.write_header({"a", "b"});
  CHECK(sink.content == "a,b\n");
  writer.write_rows(read("a,b\n1,x\n"));
  writer.write_rows(read("a,b\n2,y\n3,z\n"));
  CHECK(sink.content == "a,b\n1,x\n2,y\n3,z\n");
  writer.write_rows(Table());
  CHECK(sink.content.size() == 16);
}

TEST_CASE("a block larger than the buffer arrives whole") {
  std::string csv = "a,b\n";
  for (int i = 0; i < 100'000; ++i) csv += std::to_string(i) + ",t" + std::to_string(i % 7) + "\n";
  CHECK(written(read(csv)) == csv);
}

}  // namespace ctgan::table_formats
