// Every kind of file that is no table: what is said, and that it is said as bad data.
#include <string>
#include <vector>

#include "common/files/file.h"
#include "common/files/gzip.h"
#include "common/table_formats/csv_reader.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

namespace ctgan::table_formats {

using namespace table;

using Catch::Contains;
using errors::Error;
using errors::Kind;
using tests::MemorySource;
using tests::raised;

namespace {

Error refused(const std::string& csv, const CsvLimits& limits = {}) {
  Error first = raised([&] {
    MemorySource source(csv, 3);
    read_csv(source, "people.csv", limits);
  });
  const Error whole = raised([&] {
    MemorySource source(csv, csv.size() + 1);
    read_csv(source, "people.csv", limits);
  });
  CHECK(first.kind() == Kind::bad_data);
  CHECK(first.sentence() == whole.sentence());
  CHECK(first.hint() == whole.hint());
  return first;
}

// UTF-16, little endian, without a byte order mark.
std::string wide(std::string_view ascii) {
  std::string bytes;
  for (const char c : ascii) bytes += std::string{c, '\0'};
  return bytes;
}

}  // namespace

TEST_CASE("a file that does not exist is no input, a folder is bad data; both are named") {
  const tests::TemporaryFolder folder;
  const Error none = raised([&] { read_csv(folder / "none.csv"); });
  CHECK(none.kind() == Kind::no_input);
  CHECK_THAT(none.sentence(), Contains("none.csv'"));
  const Error directory = raised([&] { read_csv(folder.path()); });
  CHECK(directory.kind() == Kind::bad_data);
  CHECK_THAT(directory.sentence(), Contains(folder.path().string()));
}

TEST_CASE("an empty file, or one with nothing but a byte order mark, is refused as empty", "[fault:29]") {
  CHECK(refused("").sentence() == "'people.csv' is empty");
  CHECK(refused("\xef\xbb\xbf").sentence() == "'people.csv' is empty");
  CHECK_THAT(refused("").hint(), Contains("first line names the columns"));
}

TEST_CASE("a header without rows is refused, empty lines after it or not", "[fault:29]") {
  for (const char* csv : {"a,b", "a,b\n", "a,b\r\n\r\n\n"}) {
    CHECK(refused(csv).sentence() == "'people.csv' has a header but no rows");
  }
}

TEST_CASE("ragged rows are counted and named by the lines of the file, quoted line breaks included",
          "[fault:30]") {
  const Error error = refused("a,b,c\n1,2,3\n1,2\n\"x\ny\",2,3\n1,2,3,4\n");
  CHECK(error.sentence() == "'people.csv' has 3 columns, but line 3 has 2 cells, line 6 has 4 cells");
  CHECK_THAT(error.hint(), Contains("double quotes"));
}

TEST_CASE("of many ragged rows the first five are named") {
  CHECK(refused("a,b\n1\n1\n1,2\n1\n1,2,3\n1\n1\n1\n").sentence() ==
        "'people.csv' has 2 columns, but line 2 has 1 cell, line 3 has 1 cell, line 5 has 1 cell, line 6 has "
        "3 cells, "
        "line 7 has 1 cell, and there are more");
}

TEST_CASE("a quote that is never closed is refused with the line in which it starts", "[fault:32]") {
  CHECK(refused("a,b\n1,2\n\"x\ny\",\"open\n3,4\n").sentence() ==
        "'people.csv' has a quote that is never closed in line 4");
  CHECK_THAT(refused("\"a,b\n1,2\n").sentence(), Contains("line 1"));
  CHECK_THAT(refused("a,b\n1,\"x\"\"").sentence(), Contains("never closed in line 2"));
}

TEST_CASE("text after a closing quote is refused with the line in which the quote closes", "[fault:32]") {
  const Error error = refused("a,b\n\"x\n\"y,2\n");
  CHECK(error.sentence() == "'people.csv' has text after a closing quote in line 3");
  CHECK_THAT(error.hint(), Contains("\"\""));
  CHECK_THAT(refused("a,b\n\"x\" ,2\n").sentence(), Contains("line 2"));
  CHECK_THAT(refused("a,b\n1,\"x\"\ry\n").sentence(), Contains("line 2"));
}

TEST_CASE("a broken record is refused alike wherever the end of the read buffer cuts it") {
  constexpr std::size_t k_buffer = std::size_t{256} << 10;
  for (std::size_t cut = 0; cut < 12; ++cut) {
    const std::string filler = std::string(k_buffer - 8 - cut, 'x') + ",y\n";
    CHECK_THAT(refused("a,b\n" + filler + "1,\"q\"\r,\n").sentence(),
               Contains("text after a closing quote in line 3"));
    CHECK_THAT(refused("a,b\n" + filler + "1,\"q\"\"\n").sentence(), Contains("never closed in line 3"));
    CHECK_THAT(refused("a,b\n" + filler + "1,💖\xe2\x82").sentence(), Contains("invalid UTF-8 in line 3"));
  }
}

TEST_CASE("a NUL byte is refused with its line and its place", "[fault:33]") {
  const Error error = refused(std::string("a,b\n1,2\n1,\0\n", 12));
  CHECK(error.sentence() == "'people.csv' has a NUL byte in line 3 (byte offset 10)");
  CHECK_THAT(error.hint(), Contains("not a text file"));
}

TEST_CASE("invalid UTF-8 is refused with its line and its place, a byte order mark counted", "[fault:33]") {
  const Error error = refused("a,b\n1,2\n1,M\xfcller\n");
  CHECK(error.sentence() == "'people.csv' has invalid UTF-8 in line 3 (byte offset 11)");
  CHECK_THAT(error.hint(), Contains("'--encoding latin-1'"));
  CHECK_THAT(refused("a,b\n1,M\xfcller \x80 5\n").hint(), Contains("'--encoding windows-1252'"));
  CHECK_THAT(refused("a,b\n1,M\x81ller\n").hint(), Contains("'iconv -l'"));
  CHECK_THAT(refused("\xef\xbb\xbf"
                     "a\n\xff\n")
                 .sentence(),
             Contains("line 2 (byte offset 5)"));
  CHECK_THAT(refused("a\nx\xe2\x82").sentence(), Contains("line 2 (byte offset 3)"));
  const std::string rows(600'000, '\n');
  CHECK_THAT(refused("a\n" + rows + "\xff").sentence(), Contains("line 600002 (byte offset 600002)"));
}

TEST_CASE("UTF-16 is refused with the flag that reads it, marked or not", "[fault:31]") {
  const std::string csv = wide("name,age\nAnna,31\n");
  CHECK(refused("\xff\xfe" + csv).sentence() == "'people.csv' is UTF-16 text");
  CHECK_THAT(refused("\xff\xfe" + csv).hint(), Contains("'--encoding utf-16'"));
  CHECK_THAT(refused(csv).hint(), Contains("'--encoding utf-16le'"));
}

TEST_CASE("a spreadsheet is refused by name") {
  const Error error = refused(std::string("PK\x03\x04\x14\0\0\0", 8));
  CHECK_THAT(error.sentence(), Contains("'people.csv' is a spreadsheet"));
  CHECK_THAT(error.hint(), Contains("CSV"));
}

TEST_CASE("duplicate column names, and a last column without one, are refused with their places",
          "[fault:34]") {
  CHECK(refused("a,b,a\n1,2,3\n").sentence() == "columns 1 and 3 of 'people.csv' are both named 'a'");
  CHECK(refused("a,b,\n1,2,3\n").sentence() ==
        "column 3 of 'people.csv' has no name, but holds '3' in line 2");
  CHECK_THAT(refused("\"\"\n1\n").sentence(), Contains("column 1"));
}

TEST_CASE(
    "a single column whose name holds another delimiter is refused where that is in doubt, and the flag "
    "named") {
  const Error error = refused("age;sex\n1\n");
  CHECK(error.sentence() == "'people.csv' has a single column, 'age;sex'");
  CHECK(error.hint() == "its cells seem to be separated by ';': give '--delimiter ';''");
  CHECK_THAT(refused("age\tsex\n1\n").hint(), Contains("'--delimiter tab'"));
  CHECK_THAT(refused("age;sex\n1;m, f\n").hint(), Contains("'--delimiter ';''"));
}

TEST_CASE("a quoted name may hold what separates the cells, also where it is the only one") {
  tests::MemorySource source("\"income, net\"\n1\n2\n", 100);
  const table::Table table = read_csv(source, "people.csv");
  CHECK(table.column_names() == std::vector<std::string>{"income, net"});
  CHECK(table.rows() == 2);
}

TEST_CASE("decimal commas between semicolons are seen, and both flags named", "[fault:32]") {
  CHECK(refused("age;sex\n1,5;m\n").hint() ==
        "its cells seem to be separated by ';', its decimals by a comma: give '--delimiter ';' --decimal ,'");
  const Error ragged = refused("age;income, gross\n1;2\n2;3,5\n");
  CHECK_THAT(ragged.sentence(), Contains("line 2 has 1 cell"));
  CHECK_THAT(ragged.hint(), Contains("'--delimiter ';' --decimal ,'"));
}

TEST_CASE("a record beyond the limit is refused with the line in which it starts", "[fault:33]") {
  CsvLimits limits;
  limits.record_bytes = 1000;
  const Error plain = refused("a,b\n1,2\n" + std::string(1001, 'x') + ",2\n", limits);
  CHECK(plain.sentence() == "'people.csv' has a record of more than 1000 bytes, which starts in line 3");
  limits.record_bytes = 300'000;
  const Error quoted = refused("a,b\n1,2\n1,\"" + std::string(2'000'000, '\n'), limits);
  CHECK(quoted.sentence() == "'people.csv' has a record of more than 300000 bytes, which starts in line 3");
  CHECK_THAT(quoted.hint(), Contains("quote"));
}

TEST_CASE("more columns than the limit are refused", "[fault:35]") {
  CsvLimits limits;
  limits.columns = 3;
  CHECK(refused("a,b,c,d\n1,2,3,4\n", limits).sentence() == "'people.csv' has more than 3 cells in line 1");
}

TEST_CASE("an infinite number is refused with its column and line, in a column of numbers alone",
          "[fault:37]") {
  const Error spelled = refused("a,b\n1,2\n1,-inf\n1,inf\n");
  CHECK(spelled.sentence() == "column 'b' has an infinite number in line 3");
  CHECK_THAT(refused("a,b\n1,1e999\n").sentence(), Contains("line 2"));
  MemorySource text("a,b\n1,Inf\n1,other\n");
  CHECK(read_csv(text, "people.csv").columns()[1].dtype == Dtype::text);
}

TEST_CASE("packed data that is cut off or damaged is refused, and so is what unpacks to too much",
          "[fault:26]") {
  const tests::TemporaryFolder folder;
  std::string csv = "a,b\n";
  for (int i = 0; i < 5000; ++i) csv += std::to_string(i * 7919) + ",x\n";
  tests::MemorySink sink;
  files::GzipSink gzip(sink);
  gzip.write(csv);
  gzip.finish();
  const auto error_for = [&](const std::string& bytes, const CsvLimits& limits = {}) {
    files::write_file(folder / "a.csv.gz", bytes, files::AtomicFile::IfExists::replace);
    return raised([&] { read_csv(folder / "a.csv.gz", limits); });
  };
  const Error cut = error_for(sink.content.substr(0, sink.content.size() - 5));
  CHECK(cut.kind() == Kind::bad_data);
  CHECK_THAT(cut.sentence(), Contains("truncated"));
  std::string damaged = sink.content;
  damaged[damaged.size() / 2] ^= 0x55;
  CHECK(error_for(damaged).kind() == Kind::bad_data);
  CsvLimits limits;
  limits.unpacked_bytes = 10'000;
  CHECK(error_for(sink.content, limits).kind() == Kind::bad_data);
}

}  // namespace ctgan::table_formats
