#include "common/table_formats/csv_reader.h"

#include <fmt/format.h>

#include <random>
#include <string>
#include <vector>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "common/files/gzip.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/temporary_folder.h"

namespace ctgan::table_formats {

using namespace table;

using tests::MemorySource;

namespace {

Table read(const std::string& csv, std::size_t piece = 7) {
  MemorySource source(csv, piece);
  return read_csv(source, "test.csv");
}

// A table of the single column 'x' beside a filler, so that an empty cell is no empty line.
Column column_of(const std::vector<std::string>& cells) {
  std::string csv = "x,filler\n";
  for (const std::string& cell : cells) csv += cell + ",f\n";
  return read(csv).columns()[0];
}

std::vector<std::string> texts(const Column& column) {
  std::vector<std::string> cells;
  for (const std::uint32_t code : column.categories().codes) {
    cells.push_back(column.categories().dictionary[code]);
  }
  return cells;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a column of integers is int64, uneven spaces around them dropped") {
  const Column column = column_of({"1", " -2", "3 ", "9223372036854775807"});
  CHECK(column.dtype == Dtype::int64);
  CHECK(column.integers() == std::vector<std::int64_t>{1, -2, 3, 9223372036854775807});
  CHECK(column.missing.empty());
}

TEST_CASE("a column with one real is float64 and keeps the most decimals of any cell") {
  const Column column = column_of({"1", "2.50", " 3.125", "-4.0"});
  CHECK(column.dtype == Dtype::float64);
  CHECK(column.reals() == std::vector<double>{1, 2.5, 3.125, -4});
  CHECK(column.decimals == 3);
}

TEST_CASE("an exponent, or more decimals than a double tells apart, leave a column without decimals") {
  CHECK(column_of({"1.5", "1e3"}).decimals == -1);
  CHECK(column_of({"1.5", "1e3"}).reals() == std::vector<double>{1.5, 1000});
  CHECK(column_of({"0.12345678901234567", "1"}).decimals == 17);
  CHECK(column_of({"0.123456789012345678", "1"}).decimals == -1);
}

TEST_CASE("spaces that all numbers of a column share are kept") {
  const Column column = column_of({" 1", " 22", "", " 3"});
  CHECK(column.spaces_before == 1);
  CHECK(column.spaces_after == 0);
  CHECK(column_of({"1", " 2"}).spaces_before == 0);
  CHECK(column_of({" 1", "2"}).spaces_before == 0);
  CHECK(column_of({"1.5  ", "2.5  "}).spaces_after == 2);
}

TEST_CASE("integers beyond int64 make their column text, unless there are decimals beside them") {
  const Column column = column_of({"1", "9223372036854775808"});
  CHECK(column.dtype == Dtype::text);
  CHECK(texts(column) == Texts{"1", "9223372036854775808"});
  const Column real = column_of({"1.5", "9223372036854775808"});
  CHECK(real.dtype == Dtype::float64);
  CHECK(real.reals() == std::vector<double>{1.5, 9223372036854775808.0});
}

TEST_CASE("texts for missing values leave a column numeric, and are kept") {
  const Column column = column_of({"NA", "1", "", "null", "NA", "2.5"});
  CHECK(column.dtype == Dtype::float64);
  CHECK(column.missing == std::vector<std::uint8_t>{1, 0, 2, 3, 1, 0});
  CHECK(column.missing_texts == Texts{"NA", "", "null"});
  CHECK(column.reals() == std::vector<double>{0, 1, 0, 0, 0, 2.5});
  CHECK(texts(column_of({"NA", "1", "", "x"})) == Texts{"NA", "1", "", "x"});
}

TEST_CASE("which texts stand for missing values is the caller's choice; the empty cell always does") {
  tests::MemorySource source("a,b,c\n1,NA,\n?,2,3\n");
  const Table table = read_csv(source, "own.csv", {}, MissingTexts({"?"}));
  CHECK(table.columns()[0].missing_texts == Texts{"?"});
  CHECK(table.columns()[1].dtype == Dtype::text);
  CHECK(table.columns()[2].missing_texts == Texts{""});
  CHECK_THROWS(MissingTexts({"0"}));
  CHECK(MissingTexts({"x", "x"}).texts() == Texts{"", "x"});
}

TEST_CASE("an empty cell is missing in a numeric column, which keeps a mask") {
  const Column column = column_of({"1", "", "3", "\"\""});
  CHECK(column.dtype == Dtype::int64);
  CHECK(column.integers() == std::vector<std::int64_t>{1, 0, 3, 0});
  CHECK(column.missing == std::vector<std::uint8_t>{0, 1, 0, 1});
  const Column real = column_of({"", "2.5"});
  CHECK(real.reals() == std::vector<double>{0, 2.5});
  CHECK(real.missing == std::vector<std::uint8_t>{1, 0});
}

TEST_CASE("a column of empty cells alone is float64 and all missing, as in pandas") {
  const Column column = column_of({"", "", ""});
  CHECK(column.dtype == Dtype::float64);
  CHECK(column.missing == std::vector<std::uint8_t>{1, 1, 1});
}

TEST_CASE("True and False in pandas' spellings are bool; with anything else they are text") {
  const Column column = column_of({"True", "false", "TRUE", "True"});
  CHECK(column.dtype == Dtype::boolean);
  CHECK(texts(column) == Texts{"True", "false", "TRUE", "True"});
  for (const char* other : {"", " True", "tRue", "1", "yes"}) {
    CHECK(column_of({"True", other}).dtype == Dtype::text);
  }
}

TEST_CASE("text keeps every byte, spaces included; codes follow first appearance") {
  const Column column = column_of({" State-gov", "", "State-gov ", " State-gov", "Zürich"});
  CHECK(column.dtype == Dtype::text);
  CHECK(column.categories().dictionary == Texts{" State-gov", "", "State-gov ", "Zürich"});
  CHECK(column.categories().codes == std::vector<std::uint32_t>{0, 1, 2, 0, 3});
  CHECK(column.missing.empty());
}

TEST_CASE("codes that only look like numbers are text: leading zeros, plus signs, other notations") {
  for (const char* cell : {"007", "+49", "1,0", "12 000", "0x10"}) {
    const Column column = column_of({"1", fmt::format("\"{}\"", cell)});
    INFO(cell);
    CHECK(column.dtype == Dtype::text);
    CHECK(texts(column) == Texts{"1", cell});
  }
}

TEST_CASE("a column that turns out to be text late has the exact bytes of all its earlier cells") {
  const Texts cells{"1",
                    " 2",
                    "3 ",
                    "-0",
                    "",
                    "2.50",
                    "1e3",
                    ".5",
                    "5.",
                    "\t7",
                    "12345678901234567890",
                    "-0.00",
                    "   8  ",
                    "0.000000000000000000001",
                    "inf",
                    "999999999999999999",
                    "oops",
                    "4"};
  CHECK(texts(column_of(cells)) == cells);
}

TEST_CASE("property: cells keep their bytes wherever the first text stands among numbers") {
  for (std::size_t at = 0; at < 200; at += 13) {
    Texts cells;
    for (std::size_t i = 0; i < 200; ++i)
      cells.push_back(i == at ? "x"
                              : fmt::format("{}{}{}", i % 3 == 0 ? " " : "", i * i, i % 5 == 0 ? ".50" : ""));
    CHECK(texts(column_of(cells)) == cells);
  }
}

TEST_CASE("quoted cells hold commas, line breaks and doubled quotes; quoted numbers are numbers") {
  const Table table = read("a,\"b,b\",c\n\"1\",\"x,\"\"y\"\"\",\"two\r\nlines\"\n2,\"\"\"\",\"\"\n");
  CHECK(table.column_names() == Texts{"a", "b,b", "c"});
  CHECK(table.columns()[0].integers() == std::vector<std::int64_t>{1, 2});
  CHECK(texts(table.columns()[1]) == Texts{"x,\"y\"", "\""});
  CHECK(texts(table.columns()[2]) == Texts{"two\r\nlines", ""});
}

TEST_CASE("a quote inside a cell that does not start with one is an ordinary character") {
  const Table table = read("a,b\n5\" pipe, \"x\"\n6\" pipe,y\"\n");
  CHECK(texts(table.columns()[0]) == Texts{"5\" pipe", "6\" pipe"});
  CHECK(texts(table.columns()[1]) == Texts{" \"x\"", "y\""});
}

TEST_CASE("line ends may be LF or CRLF, the last one may be left out, and a byte order mark is dropped") {
  const Table expected = read("a,b\n1,x\n2,y\n");
  for (const char* csv :
       {"a,b\n1,x\n2,y", "a,b\r\n1,x\r\n2,y\r\n", "a,b\r\n1,x\r\n2,y\r", "\xef\xbb\xbf\x61,b\n1,x\n2,y\n",
        "\xef\xbb\xbf\xef\xbb\xbf\x61,b\n1,x\n2,y\n",
        "\"a\",\"b\"\r\n\"1\",\"x\"\r\n\"2\",\"y\"\r\n", "\"a\",\"b\"\n1,x\n2,\"y\"\r"}) {
    const Table table = read(csv);
    INFO(csv);
    CHECK(table.column_names() == expected.column_names());
    CHECK(table.columns()[0].integers() == expected.columns()[0].integers());
    CHECK(texts(table.columns()[1]) == texts(expected.columns()[1]));
  }
}

TEST_CASE(
    "empty lines at the end are ignored; in a one-column table an empty line before a row is an empty cell") {
  CHECK(read("a,b\n1,2\n\n\r\n\n").rows() == 1);
  const Table table = read("a\n1\n\n\n2\n\n");
  CHECK(table.columns()[0].missing == std::vector<std::uint8_t>{0, 1, 1, 0});
  CHECK(read("a\n1\n\"\"\n").rows() == 2);
}

TEST_CASE("the result does not depend on the pieces in which the bytes arrive") {
  std::string csv = "n,t\r\n";
  for (int i = 0; i < 20'000; ++i) csv += fmt::format("{},\"ä,\n\"\"{}\"\r\n", i, i % 97);
  const Table whole = read(csv, csv.size());
  CHECK(whole.rows() == 20'000);
  CHECK(whole.columns()[1].categories().dictionary.size() == 97);
  for (const std::size_t piece : {1, 3, 4096, 65536, 262144, 262145}) {
    const Table table = read(csv, piece);
    CHECK(table.columns()[0].integers() == whole.columns()[0].integers());
    CHECK(table.columns()[1].categories().codes == whole.columns()[1].categories().codes);
    CHECK(table.columns()[1].categories().dictionary == whole.columns()[1].categories().dictionary);
  }
}

TEST_CASE(
    "property: whatever the bytes, there is a table or an error about the data, the same for any pieces") {
  constexpr std::string_view k_bytes = ",,,\"\"\n\n\n\r;1234567890.-e xyzTF\xc3\xa4\xff";
  std::mt19937 random(11);
  int tables = 0;
  int errors = 0;
  for (int i = 0; i < 30'000; ++i) {
    std::string csv = "a,b\n";
    // The last byte, the invalid one, comes into one input of eight.
    const std::size_t known = i % 8 == 0 ? k_bytes.size() : k_bytes.size() - 3;
    for (std::size_t length = random() % 30; length > 0; --length) csv += k_bytes[random() % known];
    const auto outcome = [&csv](std::size_t piece) -> std::string {
      try {
        return std::to_string(read(csv, piece).rows());
      } catch (const errors::Error& error) {
        CHECK(error.kind() == errors::Kind::bad_data);
        return error.sentence();
      }
    };
    INFO(csv);
    const std::string whole = outcome(csv.size());
    REQUIRE(outcome(1) == whole);
    ++(whole.size() < 3 ? tables : errors);
  }
  CHECK(tables > 100);
  CHECK(errors > 1000);
}

TEST_CASE("a record may be longer than the buffer") {
  const std::string plain(1'000'000, 'x');
  const std::string quoted(1'500'000, '\n');
  const Table table = read(fmt::format("a,b\n{},1\n\"{}\",2\n", plain, quoted), 1000);
  CHECK(texts(table.columns()[0]) == Texts{plain, quoted});
}

TEST_CASE("a dictionary of many thousand texts keeps them apart") {
  Texts cells;
  for (int i = 0; i < 50'000; ++i)
    cells.push_back(fmt::format("{}{}", i % 2 == 0 ? "k" : "a longer text than a word ", i % 30'000));
  const Column column = column_of(cells);
  CHECK(texts(column) == cells);
  CHECK(column.categories().dictionary.size() == 30'000);
}

TEST_CASE("texts that differ only in length or in one byte are different categories") {
  Texts cells{
      "a", "aa", "aaa", "aaaa", "aaaaa", "aaaaaaaa", "aaaaaaaaa", std::string(16, 'a'), std::string(17, 'a')};
  for (const std::size_t length : {1, 2, 3, 5, 8, 9, 16, 23}) {
    for (std::size_t at = 0; at < length; ++at) {
      cells.push_back(std::string(length, 'b'));
      cells.back()[at] = 'c';
    }
  }
  const Column column = column_of(cells);
  CHECK(texts(column) == cells);
  CHECK(column.categories().dictionary.size() == cells.size());
}

TEST_CASE("a file is read plain or packed, told apart by its content") {
  const tests::TemporaryFolder folder;
  const std::string csv = "a,b\n1,x\n2,y\n";
  tests::MemorySink sink;
  files::GzipSink gzip(sink);
  gzip.write(csv);
  gzip.finish();
  files::write_file(folder / "plain.csv", csv, files::AtomicFile::IfExists::refuse);
  files::write_file(folder / "packed.csv", sink.content, files::AtomicFile::IfExists::refuse);
  for (const char* name : {"plain.csv", "packed.csv"}) {
    const Table table = read_csv(folder / name);
    CHECK(table.rows() == 2);
    CHECK(texts(table.columns()[1]) == Texts{"x", "y"});
  }
}

}  // namespace ctgan::table_formats
