#include "host/table_files/sqlite_table.h"

#include <sqlite3.h>

#include <fstream>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

namespace ctgan::host::table_files {
namespace {

using errors::Kind;
using tests::raised;

// SQLite itself, as another program would use it.
class Shop {
 public:
  Shop() { REQUIRE(sqlite3_open((folder_ / "shop.db").c_str(), &handle_) == SQLITE_OK); }
  ~Shop() { sqlite3_close(handle_); }
  Shop(const Shop&) = delete;
  Shop& operator=(const Shop&) = delete;

  void run(const std::string& sql) const {
    INFO(sql);
    REQUIRE(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  }
  // The rows of a query, cells with '|' and rows with ';' behind them, each with its type.
  std::string rows(const std::string& sql) const {
    sqlite3_stmt* statement = nullptr;
    REQUIRE(sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK);
    std::string text;
    while (sqlite3_step(statement) == SQLITE_ROW) {
      for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        const char* cell = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
        text += cell == nullptr ? "NULL|" : std::string(cell) + "|";
      }
      text += ";";
    }
    sqlite3_finalize(statement);
    return text;
  }
  std::string file() const { return (folder_ / "shop.db").string(); }
  TablePlace place(const std::string& table) const { return {file(), table}; }

 private:
  tests::TemporaryFolder folder_;
  sqlite3* handle_ = nullptr;
};

std::string csv_of(const TypedTable& table) {
  return files::read_file(table.csv->path());
}

void write(const TablePlace& place, const std::string& csv, const table_formats::CellTypes& types,
           bool replace = false) {
  tests::MemorySource source(csv);
  write_table(place, source, types, replace);
}

}  // namespace

TEST_CASE("a word names a table where its beginning is a database, whatever it is called") {
  const Shop shop;
  shop.run("CREATE TABLE orders(a); CREATE TABLE items(a)");
  const auto found = table_to_read(shop.file() + ":orders");
  REQUIRE(found);
  CHECK(found->file == shop.file());
  CHECK(found->table == "orders");
  CHECK_FALSE(table_to_read("none.db:orders"));
  CHECK_FALSE(table_to_read("people.csv"));
  CHECK_FALSE(table_to_read("inbox:people.csv"));
  const errors::Error unnamed = raised([&] { table_to_read(shop.file()); });
  CHECK(unnamed.kind() == Kind::usage);
  CHECK_THAT(unnamed.hint(), Catch::Contains("shop.db:items'; it has: items, orders"));
  CHECK(table_to_write("new.sqlite3:t")->table == "t");
  CHECK_FALSE(table_to_write("out.csv"));
}

TEST_CASE("cells are read as they are: numbers, texts, booleans, nothing") {
  const Shop shop;
  shop.run(
      "CREATE TABLE orders(id INTEGER PRIMARY KEY, price REAL, \"the, note\" TEXT, paid BOOLEAN, zip TEXT);"
      "INSERT INTO orders VALUES(1, 2.5, 'a \"b\"', 1, '01234'), (2, 3, NULL, 0, '12345'),"
      "(9007199254740993, 1e300, 'x' || char(10) || 'y', NULL, NULL)");
  const TypedTable table = read_table(shop.place("orders"), {});
  CHECK(csv_of(table) ==
        "id,price,\"the, note\",paid,zip\n"
        "1,2.5,\"a \"\"b\"\"\",True,01234\n"
        "2,3.0,,False,12345\n"
        "9007199254740993,1e+300,\"x\ny\",,\n");
  CHECK(table.columns.size() == 1);
  CHECK(table.columns.at("zip").kind == table::ColumnKind::categorical);
}

TEST_CASE("a view is read like a table, columns may be left out, and a column of one empty cell is a row") {
  const Shop shop;
  shop.run(
      "CREATE TABLE t(a, b BLOB); INSERT INTO t VALUES(1, x'00'), (NULL, x'01');"
      "CREATE VIEW v AS SELECT a FROM t");
  CHECK(csv_of(read_table(shop.place("v"), {})) == "a\n1\n\"\"\n");
  CHECK(csv_of(read_table(shop.place("t"), {"b"})) == "a\n1\n\"\"\n");
  const errors::Error binary = raised([&] { read_table(shop.place("t"), {}); });
  CHECK(binary.kind() == Kind::bad_data);
  CHECK(binary.sentence() == "column 'b' of table 't' holds binary cells");
  CHECK(binary.hint() == "leave it out with '--drop b'");
  CHECK(raised([&] { read_table(shop.place("t"), {"c"}); }).kind() == Kind::usage);
}

TEST_CASE("a table that there is not is refused with the closest, and a damaged database as such") {
  const Shop shop;
  shop.run("CREATE TABLE orders(a)");
  const errors::Error unknown = raised([&] { read_table(shop.place("ordres"), {}); });
  CHECK(unknown.kind() == Kind::no_input);
  CHECK(unknown.hint() == "did you mean 'orders'?");
  const tests::TemporaryFolder folder;
  std::ofstream(folder / "bad.db", std::ios::binary)
      << std::string("SQLite format 3\0", 16) << std::string(200, 'x');
  CHECK(raised([&] { read_table({folder / "bad.db", "t"}, {}); }).kind() == Kind::bad_data);
}

TEST_CASE("rows become a table with the types that were noted, and missing cells NULL") {
  const Shop shop;
  const table_formats::CellTypes types{"nnbTt", {"", "NA"}};
  write(shop.place("new"), "id,price,paid,note,text\n1,2.50,True,NA,\n2,,False,\"a, b\",NA\n", types);
  CHECK(shop.rows("SELECT * FROM new") == "1|2.5|1|NULL||;2|NULL|0|a, b|NA|;");
  CHECK(shop.rows("SELECT typeof(id), typeof(price), typeof(paid), typeof(text) FROM new LIMIT 1") ==
        "integer|real|integer|text|;");
  CHECK(csv_of(read_table(shop.place("new"), {"price", "text"})) ==
        "id,paid,note\n1,True,\n2,False,\"a, b\"\n");
}

TEST_CASE(
    "a table that exists is replaced only if that is wanted, all at once, and others stay as they are") {
  const Shop shop;
  shop.run("CREATE TABLE orders(a); INSERT INTO orders VALUES(7); CREATE VIEW v AS SELECT 1 AS one");
  const table_formats::CellTypes types{"n", {}};
  for (const bool replace : {false, true})
    CHECK(raised([&] { write(shop.place("v"), "a\n1\n", types, replace); }).kind() == Kind::cannot_create);
  const errors::Error taken = raised([&] { check_writable(shop.place("Orders"), false); });
  CHECK(taken.kind() == Kind::cannot_create);
  CHECK_THAT(taken.hint(), Catch::Contains("'--force'"));
  CHECK(raised([&] { write(shop.place("orders"), "a\n1\n", types); }).kind() == Kind::cannot_create);
  CHECK(raised([&] { write(shop.place("orders"), "a\n1\n2,3\n", types, true); }).kind() == Kind::bad_data);
  CHECK(shop.rows("SELECT * FROM orders") == "7|;");
  write(shop.place("orders"), "a\n1\n2\n", types, true);
  CHECK(shop.rows("SELECT * FROM orders") == "1|;2|;");
  CHECK(shop.rows("SELECT * FROM v") == "1|;");
}

TEST_CASE("a database that there was not is made, and goes again where its rows cannot be written") {
  const tests::TemporaryFolder folder;
  const TablePlace place{folder / "made.db", "t"};
  CHECK_NOTHROW(check_writable(place, false));
  CHECK_THROWS(write(place, "a\n1,2\n", {"n", {}}));
  CHECK_FALSE(std::filesystem::exists(place.file));
  write(place, "a\n1\n", {"n", {}});
  CHECK(csv_of(read_table(place, {})) == "a\n1\n");
}

}  // namespace ctgan::host::table_files
