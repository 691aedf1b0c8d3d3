// Files of pyarrow's are read, and what is written pyarrow reads.
#include "host/table_files/parquet.h"

#include <cstdlib>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/python.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

namespace ctgan::host::table_files {
namespace {

using errors::Error;
using errors::Kind;
using tests::raised;

// Whether there is a pyarrow to compare with, and a library of ours that opens Arrow.
bool can_compare() {
  const char* python = std::getenv("CTGAN_PYTHON");
  if (python == nullptr || *python == '\0') {
    WARN("skipped: CTGAN_PYTHON is not set");
    return false;
  }
  try {
    require_parquet();
    return true;
  } catch (const Error& error) {
    WARN("skipped: " << error.sentence());
    return false;
  }
}

constexpr const char* k_imports =
    "import sys, datetime, decimal, uuid\nimport pyarrow as pa, pyarrow.parquet as pq\n";

// A file that pyarrow writes: `arrays` is the inside of a dict of names and arrays.
std::filesystem::path write_by_pyarrow(const tests::TemporaryFolder& folder, const std::string& arrays,
                                       const std::string& more = "") {
  std::filesystem::path file = folder / "made by pyarrow.parquet";
  tests::plain_python(std::string(k_imports) + "t = pa.table({" + arrays + "})\n" + more +
                          "\npq.write_table(t, sys.argv[1], row_group_size=2)",
                      {file});
  return file;
}

TypedTable read(const std::filesystem::path& file, const std::vector<std::string>& left_out = {}) {
  const auto source = parquet_source(file);
  REQUIRE(source);
  return source->read(left_out);
}

std::string csv_of(const TypedTable& table) {
  return files::read_file(table.csv->path());
}

std::string storage(const TypedTable& table, const std::string& column) {
  return table.columns.at(column).storage_type;
}

// What pyarrow prints of the file: each column's type, and its cells.
std::string seen_by_pyarrow(const std::filesystem::path& file) {
  return tests::plain_python(std::string(k_imports) +
                                 "t = pq.read_table(sys.argv[1])\n"
                                 "for n in t.column_names:\n"
                                 "  f = t.schema.field(n)\n"
                                 "  print(n, f.type, '' if f.nullable else 'required', t[n].to_pylist())",
                             {file});
}

struct Rows {
  std::string csv;
  table_formats::CellTypes types;
};

// The remarks, one a line.
std::string write(const std::filesystem::path& file, const Rows& rows) {
  tests::MemorySink sink;
  const CsvRows given{"drawn rows", rows.types,
                      [&] { return std::make_unique<tests::MemorySource>(rows.csv, 1000); }};
  std::string remarks;
  for (const std::string& remark : write_parquet(given, sink)) remarks += remark + "\n";
  files::write_file(file, sink.content, files::AtomicFile::IfExists::replace);
  return remarks;
}

// As a server would note them for a table whose cells came from such a file.
table_formats::CellTypes types_of(const TypedTable& table, const std::string& csv,
                                  const std::string& letters) {
  table_formats::CellTypes types{letters, {""}, {}};
  std::string header = csv.substr(0, csv.find('\n')) + ",";
  for (std::size_t at = 0, comma = 0; (comma = header.find(',', at)) != std::string::npos; at = comma + 1)
    types.storage.push_back(table.columns.at(header.substr(at, comma - at)).storage_type);
  return types;
}

// Every type of Arrow's that a Parquet file can have and a cell has a text of.
constexpr const char* k_every_type =
    "'i8': pa.array([1, None, -128], pa.int8()), 'i16': pa.array([1, None, -32768], pa.int16()),"
    "'i32': pa.array([1, None, -2147483648], pa.int32()), 'i64': pa.array([1, None, 2**63 - 1], pa.int64()),"
    "'u8': pa.array([1, None, 255], pa.uint8()), 'u16': pa.array([1, None, 65535], pa.uint16()),"
    "'u32': pa.array([1, None, 2**32 - 1], pa.uint32()), 'u64': pa.array([1, None, 2**64 - 1], pa.uint64()),"
    "'f16': pa.array([1.5, None, -0.25], pa.float16()), 'f32': pa.array([0.1, None, -1e30], pa.float32()),"
    "'f64': pa.array([0.1, None, 1e300], pa.float64()), 'b': pa.array([True, None, False]),"
    "'s': pa.array(['a,\"b\"\\n', None, 'NA']), 'ls': pa.array(['x', None, 'y'], pa.large_string()),"
    "'sv': pa.array(['x', None, 'y'], pa.string_view()),"
    "'d': pa.array([decimal.Decimal('12.50'), None, decimal.Decimal('-99999999.99')], pa.decimal128(10, 2)),"
    "'d32': pa.array([decimal.Decimal('1.5'), None, decimal.Decimal('-2.5')], pa.decimal32(5, 1)),"
    "'d64': pa.array([decimal.Decimal('1.5'), None, decimal.Decimal('-2.5')], pa.decimal64(15, 1)),"
    "'d256': pa.array([decimal.Decimal('1.5'), None, decimal.Decimal('-2.5')], pa.decimal256(50, 1)),"
    "'day': pa.array([datetime.date(2024, 2, 29), None, datetime.date(1890, 1, 1)], pa.date32()),"
    "'day64': pa.array([datetime.date(2024, 2, 29), None, datetime.date(1890, 1, 1)], pa.date64()),"
    "'ts': pa.array([0, None, 1700000000], pa.timestamp('s')),"
    "'tms': pa.array([1500, None, -1], pa.timestamp('ms')), 'tus': pa.array([0, None, 86400000000], "
    "pa.timestamp('us')),"
    "'tns': pa.array([1, None, 1700000000000000000], pa.timestamp('ns')),"
    "'tz': pa.array([0, None, 1700000000000000], pa.timestamp('us', 'Europe/Berlin')),"
    "'t32': pa.array([0, None, 86399], pa.time32('s')), 't64': pa.array([500000, None, 1], pa.time64('us')),"
    "'span': pa.array([0, None, -5], pa.duration('ms')), 'none': pa.nulls(3),"
    "'cat': pa.array(['x', None, 'y']).dictionary_encode(), 'u': pa.array([uuid.UUID(int=5).bytes, None, "
    "uuid.UUID(int=2**100).bytes], pa.uuid())";
constexpr const char* k_every_letter = "nnnnnnnnnnnbTTTnnnnTTTTTTTTTnTTT";

}  // namespace

TEST_CASE("every type with texts comes back from a Parquet file with its type and its cells") {
  if (!can_compare()) return;
  const tests::TemporaryFolder folder;
  const auto file = write_by_pyarrow(folder, k_every_type);
  const TypedTable table = read(file);
  const std::string csv = csv_of(table);
  INFO(csv);
  CHECK(write(folder / "back.parquet", {csv, types_of(table, csv, k_every_letter)}).empty());
  CHECK(seen_by_pyarrow(folder / "back.parquet") == seen_by_pyarrow(file));
}

TEST_CASE("the cells of a Parquet file are spelt as a CSV file's would be") {
  if (!can_compare()) return;
  const tests::TemporaryFolder folder;
  const TypedTable table = read(write_by_pyarrow(
      folder,
      "'n': pa.array([1, None, 3], pa.int32()), 'x': pa.array([0.1, float('nan'), 2.0], pa.float32()),"
      "'b': pa.array([True, False, None]), 's': pa.array(['a,b', '', 'c']),"
      "'midnight': pa.array([0, 86400000000, None], pa.timestamp('us')),"
      "'second': pa.array([0, 86399000000, None], pa.timestamp('us')),"
      "'part': pa.array([0, 500000, None], pa.timestamp('us')),"
      "'zone': pa.array([0, 0, None], pa.timestamp('us', 'UTC')),"
      "'clock': pa.array([3600, 1, None], pa.time32('s')), 'price': pa.array([decimal.Decimal('1.50'), None, "
      "decimal.Decimal('2.00')], pa.decimal128(9, 2))"));
  CHECK(csv_of(table) ==
        "n,x,b,s,midnight,second,part,zone,clock,price\n"
        "1,0.1,True,\"a,b\",1970-01-01,1970-01-01 00:00:00,1970-01-01 00:00:00.0,1970-01-01 00:00:00+00:00,"
        "01:00:00,1.50\n"
        ",,False,,1970-01-02,1970-01-01 23:59:59,1970-01-01 00:00:00.5,1970-01-01 00:00:00+00:00,00:00:01,\n"
        "3,2.0,,c,,,,,,2.00\n");
  CHECK(storage(table, "n") == "i");
  CHECK(storage(table, "zone") == "tsu:UTC");
  CHECK(table.columns_left_out);
}

TEST_CASE("texts of a Parquet file that are all digits are categories, as dictionaries are") {
  if (!can_compare()) return;
  const tests::TemporaryFolder folder;
  const TypedTable table =
      read(write_by_pyarrow(folder,
                            "'zip': pa.array(['01', None]), 'day': pa.array(['2024-01-01', 'x']),"
                            "'c': pa.array(['1', '2']).dictionary_encode(), 'n': pa.array([1, 2])"));
  CHECK(table.columns.at("zip").kind == table::ColumnKind::categorical);
  CHECK(table.columns.at("c").kind == table::ColumnKind::categorical);
  CHECK_FALSE(table.columns.at("day").kind);
  CHECK_FALSE(table.columns.at("n").kind);
}

TEST_CASE("columns of a Parquet file keep their names, also an empty one and what CSV must quote") {
  if (!can_compare()) return;
  const tests::TemporaryFolder folder;
  CHECK(csv_of(read(
            write_by_pyarrow(folder, "'': pa.array([1]), 'a,b': pa.array([2]), 'q\"': pa.array([3])"))) ==
        ",\"a,b\",\"q\"\"\"\n1,2,3\n");
}

TEST_CASE("a column of a Parquet file whose cells have no texts is refused by name, unless it is left out") {
  if (!can_compare()) return;
  const tests::TemporaryFolder folder;
  const auto file = write_by_pyarrow(
      folder,
      "'list': pa.array([[1], [2, 3]]), 'n': pa.array([1, 2]), 'pair': pa.array([{'a': 1}, {'a': 2}]),"
      "'raw': pa.array([b'\\xff', b'x'])");
  for (const auto& [column, left_out] : std::vector<std::pair<std::string, std::vector<std::string>>>{
           {"list", {}}, {"pair", {"list"}}, {"raw", {"list", "pair"}}}) {
    const Error error = raised([&] { read(file, left_out); });
    CHECK(error.kind() == Kind::bad_data);
    CHECK_THAT(error.sentence(), Catch::StartsWith("column '" + column + "' holds "));
    CHECK(error.hint() == "leave it out with '--drop " + column + "'");
  }
  CHECK(csv_of(read(file, {"list", "pair", "raw"})) == "n\n1\n2\n");
  const Error unknown = raised([&] { read(file, {"lst"}); });
  CHECK(unknown.kind() == Kind::usage);
  CHECK(unknown.hint() == "did you mean 'list'?");
}

TEST_CASE("a damaged Parquet file is refused, and so is a day that no calendar has") {
  if (!can_compare()) return;
  const tests::TemporaryFolder folder;
  const auto file = write_by_pyarrow(folder, "'n': pa.array(list(range(1000)))");
  const std::string whole = files::read_file(file);
  for (const std::size_t kept : {whole.size() - 1, whole.size() / 2, std::size_t{12}}) {
    files::write_file(folder / "cut.parquet", whole.substr(0, kept), files::AtomicFile::IfExists::replace);
    const Error error = raised([&] { read(folder / "cut.parquet"); });
    CHECK(error.kind() == Kind::bad_data);
    CHECK_THAT(error.sentence(), Catch::Contains("cut.parquet"));
  }
  const auto far = write_by_pyarrow(folder, "'when': pa.array([2**62], pa.timestamp('ms'))");
  CHECK(raised([&] { read(far); }).sentence() ==
        "column 'when': a cell is beyond the years that calendars have");
}

TEST_CASE("rows of a table that came from a text get the types of their cells in a Parquet file") {
  if (!can_compare()) return;
  const tests::TemporaryFolder folder;
  CHECK(write(folder / "a.parquet", {"n,x,b,t,m\n1,1.0,True,,NA\n2,,false,y,z\n", {"nnbtT", {"", "NA"}, {}}})
            .empty());
  CHECK(seen_by_pyarrow(folder / "a.parquet") ==
        "n int64  [1, 2]\nx double  [1.0, None]\nb bool  [True, False]\nt string  ['', 'y']\n"
        "m string  [None, 'z']\n");
}

TEST_CASE("a column that no longer fits its type gets one that it fits, and that is said") {
  if (!can_compare()) return;
  const tests::TemporaryFolder folder;
  const Rows rows{"a,b,c,d\n300,1.5,x,\n1,2,y,q\n",
                  {"nntT", {""}, {"C", "required i", "tsu:", "required u"}}};
  CHECK(write(folder / "a.parquet", rows) ==
        "column 'a' is written as int64: '300' does not fit its type in the table\n"
        "column 'b' is written as double: '1.5' does not fit its type in the table\n"
        "column 'c' is written as string: 'x' does not fit its type in the table\n");
  CHECK(seen_by_pyarrow(folder / "a.parquet") ==
        "a int64  [300, 1]\nb double  [1.5, 2.0]\nc string  ['x', 'y']\nd string required ['', 'q']\n");
}

TEST_CASE("digits that a decimal has no place for are rounded") {
  if (!can_compare()) return;
  const tests::TemporaryFolder folder;
  CHECK(write(folder / "a.parquet", {"d\n1.256\n-9.5E-3\n7\n", {"n", {}, {"d:10,2"}}}).empty());
  CHECK(seen_by_pyarrow(folder / "a.parquet") ==
        "d decimal128(10, 2)  [Decimal('1.26'), Decimal('-0.01'), Decimal('7.00')]\n");
}

TEST_CASE("storage types that no Arrow has written are passed over") {
  if (!can_compare()) return;
  const tests::TemporaryFolder folder;
  const Rows rows{"a,b,c\n1,2,3\n", {"nnn", {}, {"+l", "gibberish", "categories u u"}}};
  CHECK(write(folder / "a.parquet", rows).empty());
  CHECK(seen_by_pyarrow(folder / "a.parquet") == "a int64  [1]\nb int64  [2]\nc int64  [3]\n");
}

TEST_CASE("what fails while rows are written is what the caller hears of") {
  if (!can_compare()) return;
  const tests::TemporaryFolder folder;
  class FullDisk : public files::ByteSink {
    void write(std::string_view) override { throw Error(Kind::io, "the disk is full"); }
  } full;
  const CsvRows rows{"rows", {"n", {}, {}}, [] { return std::make_unique<tests::MemorySource>("a\n1\n"); }};
  CHECK(raised([&] { write_parquet(rows, full); }).sentence() == "the disk is full");
  tests::MemorySink sink;
  const CsvRows cut{"rows", {"nn", {}, {}}, [] { return std::make_unique<tests::MemorySource>("a,b\n1\n"); }};
  CHECK(raised([&] { write_parquet(cut, sink); }).kind() == Kind::bad_data);
}

TEST_CASE("no other file passes for a Parquet file") {
  const tests::TemporaryFolder folder;
  for (const char* content : {"PAR1,b\n1,2\n", "PAR1", "", "a,b\n"}) {
    files::write_file(folder / "a.parquet", content, files::AtomicFile::IfExists::replace);
    CHECK_FALSE(parquet_source(folder / "a.parquet"));
  }
  CHECK_FALSE(parquet_source(folder / "none.parquet"));
}

}  // namespace ctgan::host::table_files
