#include "common/table_formats/csv_delimiter.h"

#include "common/table_formats/csv_reader.h"
#include "common/table_formats/csv_writer.h"
#include "tests/catch.h"
#include "tests/common/table_formats/random_tables.h"
#include "tests/memory_streams.h"

namespace ctgan::table_formats {

using namespace table;
namespace {

std::string written(const Table& table, char delimiter) {
  tests::MemorySink sink;
  CsvWriter writer(sink, delimiter);
  writer.write_header(table.column_names());
  writer.write_rows(table);
  return sink.content;
}

bool certain(std::string_view text, char delimiter) {
  const auto guess = guess_delimiter(text, true);
  return guess && guess->certain && guess->delimiter == delimiter;
}

}  // namespace

TEST_CASE("a delimiter that every line has as often, and no comma outside quotes, leaves no doubt") {
  CHECK(certain("a;b\n1;2\n", ';'));
  CHECK(certain("a\tb\tc\r\n1\t2\t3\r\n", '\t'));
  CHECK(certain("a|b\n1|2\n3|4", '|'));
  CHECK(certain("a;b\n\"x,y\";\"1;2\"\n\"two\nlines\";\"say \"\"hi\"\"\"\r\n", ';'));
  CHECK(certain("a;b\n1;2\n\n", ';'));
}

TEST_CASE("anything else leaves doubt") {
  CHECK_FALSE(guess_delimiter("a,b\n1,2\n", true).has_value());
  CHECK_FALSE(guess_delimiter("a;b\n", true).has_value());
  CHECK_FALSE(guess_delimiter("a;b\n1;2;3\n", true).has_value());
  CHECK_FALSE(guess_delimiter("a;b\n\"x\"y;2\n", true).has_value());
  CHECK_FALSE(guess_delimiter("a;b\n1;\"never closed\n", true).has_value());
  CHECK_FALSE(guess_delimiter("", true).has_value());
  CHECK_FALSE(guess_delimiter("a;b|c\n1;2|3\n", true)->certain);
  const auto decimals = guess_delimiter("a;b\n1,5;2\n", true);
  CHECK_FALSE(decimals->certain);
  CHECK(decimals->decimal_commas);
  const auto texts = guess_delimiter("a;b\nx, y;2\n", true);
  CHECK_FALSE(texts->certain);
  CHECK_FALSE(texts->decimal_commas);
}

TEST_CASE("a line that is cut off is not counted, the last line of the file is") {
  CHECK(guess_delimiter("a;b\n1;2\n3", false)->certain);
  CHECK_FALSE(guess_delimiter("a;b\n1;2\n3", true).has_value());
  CHECK_FALSE(guess_delimiter("a;b\n1;2", false).has_value());
}

TEST_CASE("no table of two columns or more that is written with commas is ever taken for another one") {
  tests::RandomTables tables(7);
  for (int i = 0; i < 3000; ++i) {
    const Table table = tables.next();
    if (table.columns().size() < 2) continue;
    const auto guess = guess_delimiter(written(table, ','), true);
    INFO(written(table, ','));
    REQUIRE_FALSE((guess && guess->certain));
  }
}

TEST_CASE("what is certain is read without being told, and read as if it had been told") {
  tests::RandomTables tables(8);
  int taken = 0;
  for (int i = 0; i < 3000; ++i) {
    const Table table = tables.next();
    const std::string text = written(table, ';');
    if (!certain(text, ';')) continue;
    ++taken;
    tests::MemorySource source(text);
    const DelimitedTable read = read_delimited(source, "t", {});
    REQUIRE(read.delimiter == ';');
    REQUIRE(tests::same(read.table, table));
  }
  CHECK(taken > 300);
}

TEST_CASE("a long table is judged by its beginning, its later rows are held to it") {
  std::string text = "a;b\n";
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i) + ";x\n";
  tests::MemorySource good(text, 100'000);
  CHECK(read_delimited(good, "t", {}).table.rows() == 100'000);
  tests::MemorySource bad(text + "1;2;3\n", 100'000);
  CHECK_THROWS(read_delimited(bad, "t", {}));
}

}  // namespace ctgan::table_formats
