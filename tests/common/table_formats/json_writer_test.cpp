// Rows as JSON and TSV, compared with what Python's csv and json make of them.
#include "common/table_formats/json_writer.h"

#include <nlohmann/json.hpp>

#include "common/files/file.h"
#include "common/table_formats/convert_rows.h"
#include "common/table_formats/csv_writer.h"
#include "tests/catch.h"
#include "tests/common/table_formats/random_tables.h"
#include "tests/memory_streams.h"
#include "tests/python.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

namespace ctgan::table_formats {

using namespace table;

using tests::MemorySink;
using tests::MemorySource;

namespace {

std::string json_of(const std::string& cell, char type, std::vector<std::string> missing = {}) {
  MemorySink sink;
  JsonWriter writer(sink, JsonWriter::Shape::lines, {"x"}, {std::string(1, type), std::move(missing)});
  const std::string_view view = cell;
  writer.write_row(&view);
  writer.finish();
  return sink.content.substr(5, sink.content.size() - 7);
}

std::string types_of(const Table& table) {
  std::string types;
  for (const Column& column : table.columns())
    types += column.dtype == Dtype::text ? 't' : column.dtype == Dtype::boolean ? 'b' : 'n';
  return types;
}

std::string csv_of(const Table& table) {
  MemorySink sink;
  CsvWriter writer(sink);
  writer.write_header(table.column_names());
  writer.write_rows(table);
  return sink.content;
}

std::string converted(const std::string& csv, const std::string& types, RowFormat format) {
  MemorySource source(csv, 1000);
  MemorySink sink;
  convert_rows(source, "rows", {types, {}}, format, sink);
  return sink.content;
}

// For each of so many tables in a folder: the rows of N.csv, typed by N.types, are those of N.jsonl, N.json
// and N.tsv. Numbers are compared as they are spelled.
constexpr const char* k_compare = R"(
import csv, json, sys
folder, count = sys.argv[1], int(sys.argv[2])
def typed(cell, kind):
    if cell == '': return None
    if kind == 'b': return cell.lower() == 'true'
    return ('number', cell) if kind == 'n' else cell
def loads(text):
    number = lambda spelled: ('number', spelled)
    return json.loads(text, parse_int=number, parse_float=number)
csv.field_size_limit(1 << 30)
for i in range(count):
    name = f'{folder}/{i}'
    rows = list(csv.reader(open(name + '.csv', newline='', encoding='utf-8')))
    types = open(name + '.types').read()
    expected = [{key: typed(cell, kind) for key, cell, kind in zip(rows[0], row, types)} for row in rows[1:]]
    lines = open(name + '.jsonl', newline='', encoding='utf-8').read()
    assert lines.endswith('\n')
    assert [loads(line) for line in lines[:-1].split('\n')] == expected, name
    assert [list(loads(line)) for line in lines[:-1].split('\n')] == [rows[0]] * len(expected), name
    assert loads(open(name + '.json', newline='', encoding='utf-8').read()) == expected, name
    assert list(csv.reader(open(name + '.tsv', newline='', encoding='utf-8'), delimiter='\t')) == rows, name
print('same')
)";

}  // namespace

TEST_CASE("random tables are the same to Python in CSV, TSV, JSON lines and JSON") {
  constexpr int k_tables = 400;
  const tests::TemporaryFolder folder;
  tests::RandomTables tables(20260522);
  for (int i = 0; i < k_tables; ++i) {
    const Table table = tables.next();
    const std::string csv = csv_of(table);
    const std::string types = types_of(table);
    const auto put = [&](const std::string& end, const std::string& text) {
      files::write_file(folder / (std::to_string(i) + end), text, files::AtomicFile::IfExists::refuse);
    };
    put(".csv", csv);
    put(".types", types);
    for (const RowFormat format : {RowFormat::tsv, RowFormat::jsonl, RowFormat::json})
      put("." + std::string(row_format_name(format)), converted(csv, types, format));
    CHECK(converted(csv, "", RowFormat::csv) == csv);
  }
  const std::string said = tests::plain_python(k_compare, {folder.path().string(), std::to_string(k_tables)});
  if (!said.empty()) CHECK(said == "same\n");
}

TEST_CASE("numbers stand as they are spelled, whatever their length") {
  for (const char* number : {"0", "-7", "9223372036854775807", "123456789012345678901234567890", "1.50",
                             "-0.0", "1e+30", "2.5E-3"})
    CHECK(json_of(number, 'n') == number);
  CHECK(json_of(" 7 ", 'n') == "7");
}

TEST_CASE("what JSON does not take as a number or a truth becomes a string") {
  for (const char* text : {".5", "5."}) CHECK(json_of(text, 'n') == "\"" + std::string(text) + "\"");
  for (const char* truth : {"True", "TRUE", "true"}) CHECK(json_of(truth, 'b') == "true");
  CHECK(json_of("False", 'b') == "false");
  CHECK(json_of("yes", 'b') == "\"yes\"");
  CHECK(json_of("7", 't') == "\"7\"");
  CHECK(json_of("true", 't') == "\"true\"");
}

TEST_CASE("what stands for a missing value becomes null: nothing, what is no number, what the column says") {
  for (const char type : {'n', 'b', 't', 'T'}) CHECK(json_of("", type) == "null");
  for (const char* text : {"NA", "?", "nan", "-", "1,5", "007"}) CHECK(json_of(text, 'n') == "null");
  for (const char type : {'b', 'T'}) {
    CHECK(json_of("NA", type, {"", "NA"}) == "null");
    CHECK(json_of("na", type, {"", "NA"}) == "\"na\"");
  }
  CHECK(json_of("NA", 't', {"", "NA"}) == "\"NA\"");
}

TEST_CASE("every character comes back out of a string") {
  std::string all;
  for (int code = 1; code < 0x80; ++code) all += static_cast<char>(code);
  all += std::string(1, '\0') + "äあ💖";
  std::string text;
  append_json_string(all, text);
  CHECK(nlohmann::json::parse(text).get<std::string>() == all);
  CHECK(text.find('\n') == std::string::npos);
}

TEST_CASE("an array without rows is an array, and lines without rows are nothing") {
  CHECK(converted("a,b\n", "nn", RowFormat::json) == "[]\n");
  CHECK(converted("a,b\n", "nn", RowFormat::jsonl).empty());
  CHECK(converted("a,b\n1,\n", "nt", RowFormat::json) == "[\n{\"a\":1,\"b\":null}\n]\n");
}

TEST_CASE("the lone empty cell of a row survives every format") {
  const std::string csv = "t\nx\n\"\"\ny\n";
  CHECK(converted(csv, "t", RowFormat::tsv) == csv);
  CHECK(converted(csv, "t", RowFormat::jsonl) == "{\"t\":\"x\"}\n{\"t\":null}\n{\"t\":\"y\"}\n");
}

TEST_CASE("a long table is converted in pieces") {
  std::string csv = "n,t\n";
  std::string lines;
  for (int i = 0; i < 100'000; ++i) {
    csv += std::to_string(i) + ",\"a \"\"b\"\"\"\n";
    lines += "{\"n\":" + std::to_string(i) + ",\"t\":\"a \\\"b\\\"\"}\n";
  }
  CHECK((converted(csv, "nt", RowFormat::jsonl) == lines));
}

TEST_CASE("types that do not fit and damaged rows are refused; TSV needs no types") {
  CHECK(tests::raised([] { converted("a,b\n1,2\n", "n", RowFormat::jsonl); }).kind() ==
        errors::Kind::bad_data);
  CHECK_THAT(tests::raised([] { converted("a,b\n1,2\n", "", RowFormat::json); }).hint(),
             Catch::Contains("CSV"));
  CHECK(converted("a,b\n1,2\n", "", RowFormat::tsv) == "a\tb\n1\t2\n");
  CHECK_THAT(tests::raised([] { converted("a,b\n1\n", "nn", RowFormat::json); }).sentence(),
             Catch::Contains("1 cells in line 2"));
}

TEST_CASE("a format is chosen by a word or by the end of a name") {
  CHECK(parse_row_format("jsonl") == RowFormat::jsonl);
  const auto error = tests::raised([] { parse_row_format("jsn"); });
  CHECK(error.kind() == errors::Kind::usage);
  CHECK_THAT(error.hint(), Catch::Contains("'json'"));
  CHECK(row_format_of_name("a.csv") == RowFormat::csv);
  CHECK(row_format_of_name("a.tsv.gz") == RowFormat::tsv);
  CHECK(row_format_of_name("a.ndjson") == RowFormat::jsonl);
  CHECK(row_format_of_name("a.json.gz") == RowFormat::json);
  CHECK_FALSE(row_format_of_name("a.txt").has_value());
  CHECK_FALSE(row_format_of_name("gz").has_value());
}

TEST_CASE("a column's letter follows from its type and kind, and survives the trip through a note") {
  Metadata metadata;
  for (const Dtype dtype :
       {Dtype::int64, Dtype::float64, Dtype::boolean, Dtype::text, Dtype::text, Dtype::text}) {
    ColumnMetadata column;
    column.dtype = dtype;
    metadata.columns.push_back(column);
  }
  metadata.columns[4].missing_texts = {"NA", ""};
  metadata.columns[5].kind = ColumnKind::boolean;
  metadata.columns[5].missing_texts = {"?", "NA"};
  const CellTypes types = cell_types(metadata);
  CHECK(types.letters == "nnbtTb");
  CHECK(types.missing == std::vector<std::string>{"", "?", "NA"});
  const CellTypes back = cell_types_of_note(to_note(types));
  CHECK(back.letters == types.letters);
  CHECK(back.missing == types.missing);
  CHECK(cell_types_of_note("").letters.empty());
  CHECK(cell_types_of_note("nt").missing.empty());
  CHECK(to_note({std::string(20'000, 't'), std::vector<std::string>(100, std::string(5000, 'x'))}).size() <=
        65'000);
}

TEST_CASE("storage types go with the cell types, and programs of before see one more missing text") {
  Metadata metadata;
  metadata.columns.resize(3);
  metadata.columns[0].storage_type = "i";
  metadata.columns[2].storage_type = "categories c u";
  metadata.columns[2].dtype = Dtype::text;
  metadata.columns[2].missing_texts = {"", "NA"};
  const CellTypes types = cell_types(metadata);
  CHECK(types.storage == std::vector<std::string>{"i", "", "categories c u"});
  const std::string note = to_note(types);
  CHECK(note == std::string("nnT\0\0\1i\1\1categories c u\0NA", 26));
  const CellTypes back = cell_types_of_note(note);
  CHECK(back.storage == types.storage);
  CHECK(back.missing == types.missing);
  CHECK(back.means_missing(2, "NA"));
  CHECK_FALSE(back.means_missing(2, "x"));
  metadata.columns[0].storage_type = std::string(70'000, 'x');
  CHECK(cell_types_of_note(to_note(cell_types(metadata))).storage.empty());
}

TEST_CASE("a file is never written under a name that means another format") {
  CHECK(row_format_of_output("a.csv") == RowFormat::csv);
  for (const char* plain : {"rows", "a/b.c/rows", ".hidden", "daily.2024-01-03", "v1.2", ""})
    CHECK(row_format_of_output(plain) == RowFormat::csv);
  for (const char* other : {"a.feather", "x/a.XLSX", "a.feather.gz", "a.sav", "a.txt", "a.html"}) {
    INFO(other);
    CHECK(tests::raised([&] { row_format_of_output(other); }).kind() == errors::Kind::usage);
  }
  CHECK(row_format_of_output("a.parquet") == RowFormat::parquet);
  CHECK(row_format_of_output("a.pq") == RowFormat::parquet);
  const errors::Error feather = tests::raised([] { refuse_foreign_output("people.feather"); });
  CHECK(feather.sentence() == "'people.feather' would be no feather file");
  CHECK_THAT(feather.hint(), Catch::Contains("read_csv('people.csv').to_feather('people.feather')"));
  CHECK_NOTHROW(refuse_foreign_output("a.txt"));
  CHECK_NOTHROW(require_extension("page.html", "html"));
  CHECK_NOTHROW(require_extension("page", "html"));
  CHECK_THAT(tests::raised([] { require_extension("page.pdf", "html"); }).hint(),
             Catch::Contains("name it .html"));
}

}  // namespace ctgan::table_formats
