// The shapes that tables have when they leave spreadsheets, databases and other programs: each is read as
// pandas' users expect, or refused with the flag that reads it.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/table_formats/csv_dialect.h"
#include "common/table_formats/csv_reader.h"
#include "common/table_formats/table_footer.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"

namespace ctgan::table_formats {

using namespace table;

using Catch::Contains;
using errors::Error;
using errors::Kind;
using tests::MemorySource;
using tests::raised;
using Texts = std::vector<std::string>;

namespace {

// Rows of a number, a letter and a fraction, each written by `format`.
std::string rows(const std::string& format = "{},{},0.{}\n", int count = 20) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += fmt::format(fmt::runtime(format), i * 37 % 100, std::string(1, "xyz"[i % 3]), i * 7 % 10);
  return text;
}

// Whatever the pieces in which the bytes come.
DelimitedTable read(const std::string& text, const DialectWords& words = {}) {
  const CsvDialect dialect = parse_dialect(words, "people.csv");
  MemorySource pieces(text, 3);
  const std::size_t expected = read_delimited(pieces, "people.csv", dialect).table.rows();
  MemorySource whole(text, text.size());
  DelimitedTable table = read_delimited(whole, "people.csv", dialect);
  CHECK(table.table.rows() == expected);
  return table;
}

Error refused(const std::string& text, const DialectWords& words = {}) {
  const Error error = raised([&] { read(text, words); });
  CHECK(error.kind() == Kind::bad_data);
  INFO(error.sentence() << " / " << error.hint());
  return error;
}

// Three columns, A and C of numbers, and all rows.
void check_plain(const Table& table, std::size_t count = 20) {
  CHECK(table.column_names() == Texts{"A", "B", "C"});
  CHECK(table.rows() == count);
  CHECK(table.columns()[0].dtype == Dtype::int64);
  CHECK(table.columns()[1].dtype == Dtype::text);
  CHECK(table.columns()[2].dtype == Dtype::float64);
}

DialectWords with(std::string DialectWords::*word, const std::string& value) {
  DialectWords words;
  words.*word = value;
  return words;
}

}  // namespace

TEST_CASE("a delimiter at the end of every row, of every line or of the header alone names no column",
          "[fault:30]") {
  const DelimitedTable in_rows = read("A,B,C\n" + rows("{},{},0.{},\n"));
  check_plain(in_rows.table);
  CHECK(in_rows.remarks == Texts{"Rows end with a delimiter that the header does not have: it was left out"});
  const DelimitedTable in_all = read("A,B,C,\n" + rows("{},{},0.{},\n"));
  check_plain(in_all.table);
  CHECK(in_all.remarks == Texts{"1 column at the end with neither name nor cell is left out"});
  check_plain(read("A,B,C,\n" + rows()).table);
  const DelimitedTable excel = read("A,B,C,,\n" + rows("{},{},0.{},,\n"));
  check_plain(excel.table);
  CHECK(excel.remarks == Texts{"2 columns at the end with neither name nor cell are left out"});
}

TEST_CASE("a cell behind the last name is never dropped") {
  const Error unnamed = refused("A,B,C,\n" + rows("{},{},0.{},\n") + "1,x,0.5,lost\n");
  CHECK(unnamed.sentence() == "column 4 of 'people.csv' has no name, but holds 'lost' in line 22");
  CHECK_THAT(refused("A,B,C\n" + rows("{},{},0.{},\n") + "1,x,0.5,lost\n").sentence(),
             Contains("line 22 has 4"));
}

TEST_CASE("a first column without a name is named and said as pandas does, any other one too") {
  const DelimitedTable index = read(",A,B\n0,80,y\n1,89,z\n");
  CHECK(index.table.column_names() == Texts{"Unnamed: 0", "A", "B"});
  REQUIRE(index.remarks.size() == 1);
  CHECK_THAT(index.remarks[0], Contains("'Unnamed: 0'") && Contains("--drop \"Unnamed: 0\""));
  CHECK(read("A,,B\n1,2,3\n").table.column_names() == Texts{"A", "Unnamed: 1", "B"});
}

TEST_CASE("Excel's first line that says the delimiter is taken at its word") {
  const DelimitedTable table = read("sep=;\nA;B;C\n" + rows("{};{};0.{}\n"));
  check_plain(table.table);
  CHECK(table.delimiter == ';');
  check_plain(read("\xef\xbb\xbfsep=;\r\nA;B;C\r\n" + rows("{};{};0.{}\r\n")).table);
  check_plain(read("\"sep=|\"\nA|B|C\n" + rows("{}|{}|0.{}\n")).table);
  check_plain(read("sep=;\nA;B;C\n" + rows("{};{};0.{}\n"), with(&DialectWords::delimiter, ";")).table);
}

TEST_CASE("lines above the header are seen, whatever their width, and left out when it is said how many") {
  for (const char* title :
       {"Report of sales,,\nprinted 2024-01-03,,\n,,\n", "Report of sales\nprinted 2024-01-03\n\n",
        "Report, of sales\nprinted, 2024\n\n"}) {
    INFO(title);
    CHECK_THAT(refused(title + ("A,B,C\n" + rows())).hint(),
               Contains("line 4") && Contains("'--skip-rows 3'"));
    check_plain(read(title + ("A,B,C\n" + rows()), with(&DialectWords::skip_rows, "3")).table);
  }
  const std::string long_title(700'000, 'x');
  check_plain(read(long_title + "\n\nA,B,C\n" + rows(), with(&DialectWords::skip_rows, "2")).table);
  CHECK(refused("A,B\n1,2\n", with(&DialectWords::skip_rows, "9")).sentence() == "'people.csv' is empty");
  CHECK_THAT(refused("t\nt\nA,B\n1,2\n1,2,3\n", with(&DialectWords::skip_rows, "2")).sentence(),
             Contains("line 5"));
}

TEST_CASE("empty lines are no rows, blanks in them or not; in a table of one column they are empty cells") {
  check_plain(read("\n\nA,B,C\n\n" + rows() + "\n   \r\n\n" + rows() + "\n").table, 40);
  check_plain(read("\xef\xbb\xbf" + std::string("A,B,C\r\n") + rows("{},{},0.{}\r\n") + "\x1a").table);
  CHECK(read("A\n1\n\n2\n").table.columns()[0].missing == std::vector<std::uint8_t>{0, 1, 0});
}

TEST_CASE("comments are seen in front of the header and among the rows, and left out when they are named",
          "[fault:30]") {
  const std::string csv = "# made \"by a tool\nA,B,C\n" + rows() + "#, half way\n" + rows();
  CHECK_THAT(refused(csv).hint(), Contains("'--comment '#''"));
  CHECK_THAT(refused("A,B,C\n" + rows() + "# end\n").hint(),
             Contains("line 22") && Contains("'--comment '#''"));
  check_plain(read(csv, with(&DialectWords::comment, "#")).table, 40);
  const DelimitedTable semicolons =
      read("# by; a tool\nA;B;C\n" + rows("{};{};0.{}\n") + "# x\n", with(&DialectWords::comment, "#"));
  CHECK(semicolons.delimiter == ';');
  CHECK(read("A,B\n1,#2\n\"#\n#\",3\n", with(&DialectWords::comment, "#")).table.rows() == 2);
}

TEST_CASE(
    "a file without a header is seen by values that come again, or are no names, and read when it is said") {
  for (const char* first : {"17,x,0.5\n", "17,nobody,0.5\n", "80,y,3\n"}) {
    INFO(first);
    const Error error = refused(first + rows());
    CHECK_THAT(error.sentence(), Contains("seems to have no header: line 1"));
    CHECK_THAT(error.hint(), Contains("'--no-header'"));
  }
  CHECK_THAT(refused("x,b\ny,a\nx,a\ny,b\nx,a\ny,b\n").sentence(), Contains("no header"));
  DialectWords headless;
  headless.no_header = true;
  const Table table = read("17,x,0.5\n" + rows(), headless).table;
  CHECK(table.column_names() == Texts{"column_1", "column_2", "column_3"});
  CHECK(table.rows() == 21);
}

TEST_CASE("names that are numbers are names where they go up: years, wave lengths, pandas' own") {
  for (const char* csv :
       {"country,2019,2020,2021\nA,1,2,3\nB,2,3,4\n", "400.5,401,401.5\n1,2,3\n4,5,6\n", "0,1\n5,3\n2,2\n",
        "0\n5\n0\n", ",0,1\n0,5,1\n1,2,0\n", "a,b\nx,b\na,y\n", "a,b\n1,2\na,b\n1,2\n"}) {
    INFO(csv);
    CHECK(read(csv).table.rows() >= 2);
  }
}

TEST_CASE("lines below the table are seen and left out when it is said how many") {
  CHECK_THAT(refused("A,B,C\n" + rows() + "Source: office\n").hint(), Contains("'--skip-footer 1'"));
  CHECK_THAT(refused("A,B,C\n" + rows() + "Total,12\n\nSource: office\n").hint(),
             Contains("'--skip-footer 2'"));
  check_plain(
      read("A,B,C\n" + rows() + "Total,12\n\nSource: office\n \n", with(&DialectWords::skip_footer, "2"))
          .table);
  std::string many = "A,B,C\n";
  for (int i = 0; i < 3000; ++i) many += rows();
  check_plain(read(many + "Total,,5", with(&DialectWords::skip_footer, "1")).table, 60'000);
  CHECK(refused("A\n1\n", with(&DialectWords::skip_footer, "9")).sentence() == "'people.csv' is empty");
}

TEST_CASE("a total of full width is refused by its cell, unless the column's kind is said") {
  const auto check = [](const std::string& csv, const table::TableRequest& request = {}) {
    return raised([&] { refuse_footer(read(csv).table, request); });
  };
  const Error total = check("A,B,C\n" + rows() + "Total,,30.5\n");
  CHECK(total.kind() == Kind::bad_data);
  CHECK(total.sentence() ==
        "'Total' stands in column 'A', in the last row, where all rows above hold numbers");
  CHECK_THAT(total.hint(), Contains("'--skip-footer 1'") && Contains("'--discrete A'"));
  CHECK_THAT(check("A,B,C\n" + rows() + "Source: the census,,\nand others,,\n").hint(),
             Contains("'--skip-footer 2'"));
  CHECK_THAT(check("B,A\n" + rows("z{1},{0}\n") + "Summe:,1234\n").hint(), Contains("'--skip-footer 1'"));
  CHECK_THAT(check("A,B,C\n" + rows() + "A,B,C\n" + rows()).hint(), Contains("joined"));
  const auto passes = [](const std::string& csv, const table::TableRequest& request = {}) {
    CHECK_NOTHROW(refuse_footer(read(csv).table, request));
  };
  table::TableRequest said;
  said.columns["A"].kind = ColumnKind::categorical;
  passes("A,B,C\n" + rows() + "Total,,30.5\n", said);
  passes("A,B,C\n" + rows() + "n.a.,x,30.5\n");
  passes("A,B\n" + rows("{0},total{1}\n") + "1,totalx\n");
  passes("A,B\n1,total\n");
}

TEST_CASE("lines that end with CR alone are lines", "[fault:31]") {
  check_plain(read("A,B,C\r" + rows("{},{},0.{}\r")).table);
  check_plain(read("\"A\",\"B\",\"C\"\r" + rows("{},\"{}\",0.{}\r")).table);
  check_plain(read("A;B;C\r" + rows("{};{};0.{}\r")).table);
  std::string many = "A,B,C\r";
  for (int i = 0; i < 3000; ++i) many += rows("{},{},0.{}\r");
  check_plain(read(many).table, 60'000);
  check_plain(read(many + "Total\r", with(&DialectWords::skip_footer, "1")).table, 60'000);
}

TEST_CASE("a blank between delimiter and quote is seen, and no part of the cell when that is said") {
  const std::string csv = "\"A\", \"B\", \"C\"\n" + rows("{}, \"{}, q\", 0.{}\n");
  CHECK_THAT(refused(csv).hint(), Contains("'--skip-initial-space'"));
  CHECK_THAT(refused("A, B, C\n" + rows("{}, \"{}, q\", 0.{}\n")).hint(), Contains("'--skip-initial-space'"));
  DialectWords words;
  words.skip_initial_space = true;
  const Table table = read(csv + "1, \" kept \", 0.5\n", words).table;
  check_plain(table, 21);
  CHECK(table.columns()[1].categories().dictionary == Texts{"x, q", "y, q", "z, q", " kept "});
  CHECK(table.columns()[2].spaces_before == 0);
}

TEST_CASE("single quotes and escaped quotes are seen, and read when they are named") {
  const std::string single = "A,B,C\n" + rows("{},'{}, q',0.{}\n");
  CHECK_THAT(refused(single).hint(), Contains("--quote \"'\""));
  CHECK_THAT(refused("'A','B','C'\n" + rows("{},'{}',0.{}\n")).hint(), Contains("--quote \"'\""));
  check_plain(read(single, with(&DialectWords::quote, "'")).table);
  const std::string escaped = "A,B,C\n" + rows("{},\"{} \\\"a, b\\\" \\\\\",0.{}\n");
  CHECK_THAT(refused(escaped).hint(), Contains("--escape '\\'"));
  const Table table = read(escaped, with(&DialectWords::escape, "\\")).table;
  check_plain(table);
  CHECK(table.columns()[1].categories().dictionary[0] == "x \"a, b\" \\");
}

TEST_CASE("columns that are set apart by blanks are seen") {
  CHECK_THAT(refused("A     B     C\n" + rows("{:<6}{}     0.{}\n")).sentence(), Contains("fixed width"));
  CHECK_THAT(refused("A B C\n" + rows("{} {} 0.{}\n")).hint(), Contains("--delimiter space"));
  CHECK(read("full name\nJohn Smith\nAnna Smith\n").table.rows() == 2);
}

TEST_CASE("rows that begin with a name of their own are seen") {
  CHECK_THAT(refused("A,B,C\n" + rows("r{0},{0},{1},0.{2}\n")).hint(), Contains("'row,'"));
}

TEST_CASE("names keep line breaks, commas and quotes", "[fault:34]") {
  CHECK(read("\"Amount\n(EUR)\",\"B, kind\",\"C \"\"x\"\"\"\n" + rows()).table.column_names() ==
        Texts{"Amount\n(EUR)", "B, kind", "C \"x\""});
}

TEST_CASE("a dialect's words about lines and quotes are checked, and survive the trip through JSON") {
  DialectWords words{.quote = "'", .escape = "\\", .comment = "#", .skip_rows = "3", .skip_footer = "1"};
  words.no_header = words.skip_initial_space = true;
  const CsvDialect back = dialect_from_json(to_json(parse_dialect(words, "")));
  CHECK(back.quote == '\'');
  CHECK(back.escape == '\\');
  CHECK(back.comment == '#');
  CHECK(back.skip_rows == 3);
  CHECK(back.skip_footer == 1);
  CHECK(back.skip_initial_space);
  CHECK_FALSE(back.header);
  for (const DialectWords& bad : {with(&DialectWords::skip_rows, "-1"), with(&DialectWords::skip_rows, "x"),
                                  with(&DialectWords::comment, "##"),
                                  with(&DialectWords::skip_footer, "99999"), with(&DialectWords::quote, "a"),
                                  with(&DialectWords::comment, ","), with(&DialectWords::escape, "\"")})
    CHECK(raised([&] { parse_dialect(bad, ""); }).kind() == Kind::usage);
  for (const char* bad :
       {R"({"skip_rows":-1})", R"({"skip_rows":"3"})", R"({"header":1})", R"({"comment":"ab"})"})
    CHECK(raised([&] { dialect_from_json(nlohmann::json::parse(bad)); }).kind() == Kind::usage);
}

}  // namespace ctgan::table_formats
