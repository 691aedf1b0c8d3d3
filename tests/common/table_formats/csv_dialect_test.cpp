// Tables that are not written with commas, in UTF-8 and with decimal points.
#include "common/table_formats/csv_dialect.h"

#include <nlohmann/json.hpp>

#include "common/files/file.h"
#include "common/files/gzip.h"
#include "common/table_formats/csv_reader.h"
#include "common/table_formats/csv_writer.h"
#include "common/table_formats/decimal_comma.h"
#include "tests/catch.h"
#include "tests/common/table_formats/random_tables.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

namespace ctgan::table_formats {

using namespace table;

using Catch::Contains;
using errors::Kind;
using tests::MemorySink;
using tests::MemorySource;
using tests::raised;

namespace {

DelimitedTable read(const std::string& text, const CsvDialect& dialect = {}) {
  MemorySource source(text, 5);
  return read_delimited(source, "people.csv", dialect);
}

CsvDialect separated_by(char delimiter) {
  CsvDialect dialect;
  dialect.delimiter = delimiter;
  return dialect;
}

CsvDialect german() {
  return parse_dialect({"", "", ","}, "people.csv");
}

std::string written(const Table& table, char delimiter) {
  MemorySink sink;
  CsvWriter writer(sink, delimiter);
  writer.write_header(table.column_names());
  writer.write_rows(table);
  return sink.content;
}

}  // namespace

TEST_CASE("random tables come back the same in every delimiter") {
  tests::RandomTables tables(20260521);
  for (int i = 0; i < 1500; ++i) {
    const Table table = tables.next();
    for (const char delimiter : {',', ';', '\t', '|', ' ', '\x1f', ':'}) {
      const std::string text = written(table, delimiter);
      INFO(delimiter_word(delimiter) << "\n" << text);
      const DelimitedTable back = read(text, separated_by(delimiter));
      REQUIRE(tests::same(back.table, table));
      REQUIRE(back.delimiter == delimiter);
    }
  }
}

TEST_CASE("a delimiter is a word or one character that is no letter, digit, quote or line end") {
  CHECK(parse_delimiter("tab") == '\t');
  CHECK(parse_delimiter("\\t") == '\t');
  CHECK(parse_delimiter("\t") == '\t');
  CHECK(parse_delimiter("semicolon") == ';');
  CHECK(parse_delimiter(";") == ';');
  CHECK(parse_delimiter("\x01") == '\x01');
  for (const char* bad : {"", "a", "7", "\"", "\n", "\r", ";;", "ä", "tabs"})
    CHECK(raised([&] { parse_delimiter(bad); }).kind() == Kind::usage);
  for (const char delimiter : {',', ';', '\t', '|', ' '})
    CHECK(parse_delimiter(delimiter == '\t' ? "tab" : std::string(1, delimiter)) == delimiter);
  CHECK(delimiter_flag('\t') == "--delimiter tab");
  CHECK(delimiter_flag(';') == "--delimiter ';'");
}

TEST_CASE("a name that ends with .tsv or .tab means tabs, packed or not; what is said counts more") {
  CHECK(dialect_of_name("a.tsv").delimiter == '\t');
  CHECK(dialect_of_name("a.tab.gz").delimiter == '\t');
  CHECK_FALSE(dialect_of_name("a.csv").delimiter.has_value());
  CHECK_FALSE(dialect_of_name("tsv").delimiter.has_value());
  CHECK(parse_dialect({";", "", ""}, "a.tsv").delimiter == ';');
}

TEST_CASE("a file is read in the dialect of its name") {
  const tests::TemporaryFolder folder;
  files::write_file(folder / "a.tsv", "a\tb\n1,2\t3\n", files::AtomicFile::IfExists::refuse);
  const Table table = read_csv(folder / "a.tsv");
  CHECK(table.column_names() == std::vector<std::string>{"a", "b"});
  CHECK(table.columns()[0].categories().dictionary[0] == "1,2");
}

TEST_CASE("a dialect survives the trip through JSON, which says only what is no standard") {
  CHECK(to_json(CsvDialect{}).empty());
  const CsvDialect back = dialect_from_json(to_json(parse_dialect({"", "Windows-1252", ","}, "a.csv")));
  CHECK(back.delimiter == ';');
  CHECK(back.encoding == "WINDOWS-1252");
  CHECK(back.decimal_comma);
  for (const char* bad : {R"({"delimiter":5})", "[]", "7", "null"})
    CHECK(raised([&] { dialect_from_json(nlohmann::json::parse(bad)); }).kind() == Kind::usage);
  CHECK(raised([] { dialect_from_json({{"delimiter", "ab"}}); }).kind() == Kind::usage);
}

TEST_CASE("a decimal comma goes with semicolons, with tabs in a .tsv, and never with commas") {
  CHECK(german().delimiter == ';');
  CHECK(parse_dialect({"", "", ","}, "a.tsv").delimiter == '\t');
  CHECK_FALSE(parse_dialect({"", "", "."}, "a.csv").decimal_comma);
  CHECK(raised([] { parse_dialect({",", "", ","}, "a.csv"); }).kind() == Kind::usage);
  CHECK_THAT(raised([] { parse_dialect({"", "", ";"}, "a.csv"); }).hint(), Contains("--decimal"));
}

TEST_CASE("numbers with a decimal comma are numbers; other commas stay where they are") {
  const Table table = read("x;n;t\n1,50;2;1,2,3\n-0,25;;a,b\n 7 ;-3;\n", german()).table;
  CHECK(table.find("x")->reals() == std::vector<double>{1.5, -0.25, 7});
  CHECK(table.find("x")->decimals == 2);
  CHECK(table.find("n")->dtype == Dtype::int64);
  CHECK(table.find("t")->categories().dictionary == std::vector<std::string>{"1,2,3", "a,b", ""});
  CHECK(read("a,1;b\n1,5;2\n", german()).table.column_names()[0] == "a,1");
}

TEST_CASE("a number with a point among decimal commas is refused with its line") {
  const auto error = raised([] { read("x;y\n1,5;a\n1.234;b\n", german()); });
  CHECK(error.kind() == Kind::bad_data);
  CHECK_THAT(error.sentence(), Contains("'1.234'") && Contains("line 3"));
  CHECK_THAT(raised([] { read("x\n1.234,56\n", german()); }).sentence(), Contains("'1.234,56'"));
  CHECK(read("x;y\n1,5;12.05.2024\n2;v1.2\n", german()).table.find("y")->dtype == Dtype::text);
}

TEST_CASE("a column of decimal commas that nobody announced is refused by name, unless it is to be text") {
  const CsvDialect semicolons = separated_by(';');
  const Table table = read("x;y\n1,5;a\n;b\n2;c\n", semicolons).table;
  const auto error = raised([&] { refuse_decimal_commas(table, ';', {}); });
  CHECK(error.kind() == Kind::bad_data);
  CHECK_THAT(error.sentence(), Contains("'x'") && Contains("'1,5'"));
  CHECK_THAT(error.hint(), Contains("--decimal ,") && Contains("--discrete x"));
  FileRequest said;
  said.columns["x"].kind = ColumnKind::categorical;
  CHECK_NOTHROW(refuse_decimal_commas(table, ';', said));
  const auto check = [&](const std::string& text) {
    refuse_decimal_commas(read(text, semicolons).table, ';', {});
  };
  CHECK_THROWS(check("x;y\n1,5;a\nNA;b\n"));
  CHECK_NOTHROW(check("x;y\n1,5;a\nunknown;b\n"));
  CHECK_NOTHROW(refuse_decimal_commas(read("x,y\n\"1,5\",a\n").table, ',', {}));
}

TEST_CASE("refusals under another delimiter speak of that one") {
  const auto ragged = raised([] { read("a;b\n1;2;3\n", separated_by(';')); });
  CHECK_THAT(ragged.hint(), Contains("a cell that holds ';'"));
  const auto single = raised([] { read("a,b\n1,2\n", separated_by('\t')); });
  CHECK(single.hint() == "its cells seem to be separated by ',': give '--delimiter ',''");
}

}  // namespace ctgan::table_formats
