#include "common/table/table.h"

#include "tests/catch.h"
#include "tests/raises.h"

namespace ctgan::table {

using errors::Kind;
using tests::raised;

namespace {

Column integers(std::string name, std::vector<std::int64_t> values) {
  Column column;
  column.name = std::move(name);
  column.dtype = Dtype::int64;
  column.cells = std::move(values);
  return column;
}

Table three_columns() {
  return Table({integers("age", {1, 2}), integers("income", {3, 4}), integers("hours", {5, 6})});
}

}  // namespace

TEST_CASE("dtypes carry pandas' names, and only those are known") {
  for (const Dtype dtype : {Dtype::int64, Dtype::float64, Dtype::boolean, Dtype::text}) {
    CHECK(dtype_from_name(dtype_name(dtype)) == dtype);
  }
  CHECK(dtype_name(Dtype::boolean) == "bool");
  CHECK(dtype_name(Dtype::text) == "str");
  CHECK_FALSE(dtype_from_name("int32").has_value());
  CHECK_FALSE(dtype_from_name("").has_value());
}

TEST_CASE("a table knows its rows, its names and its columns by name") {
  const Table table = three_columns();
  CHECK(table.rows() == 2);
  CHECK(table.column_names() == std::vector<std::string>{"age", "income", "hours"});
  REQUIRE(table.find("income") != nullptr);
  CHECK(table.find("income")->number(1) == 4.0);
  CHECK(table.find("Income") == nullptr);
  CHECK(Table().rows() == 0);
}

TEST_CASE("columns of different lengths are no table") {
  const auto error = raised([] { Table({integers("a", {1, 2}), integers("b", {1})}); });
  CHECK(error.kind() == Kind::internal);
  CHECK_THAT(error.sentence(), Catch::Contains("'b'") && Catch::Contains("'a'"));
}

TEST_CASE("columns can be left out by name, all of them too") {
  CHECK(three_columns().without({"age", "hours"}).column_names() == std::vector<std::string>{"income"});
  CHECK(three_columns().without({}).column_names().size() == 3);
  const Table none = three_columns().without({"age", "hours", "income"});
  CHECK(none.columns().empty());
  CHECK(none.rows() == 0);
}

TEST_CASE("rows are chosen by number, in any order, and taken out in place") {
  Column number;
  number.name = "n";
  number.dtype = Dtype::int64;
  number.cells = std::vector<std::int64_t>{10, 0, 30, 40};
  number.missing = {0, 1, 0, 0};
  number.missing_texts = {"NA"};
  Column text;
  text.name = "t";
  text.cells = Categories{{0, 1, 2, 1}, {"a", "b", "c"}};
  const Table table({number, text});
  const std::vector<std::uint32_t> chosen{3, 1, 1};
  const Table some = table.rows_at(chosen);
  CHECK(some.columns()[0].integers() == std::vector<std::int64_t>{40, 0, 0});
  CHECK(some.columns()[0].missing == std::vector<std::uint8_t>{0, 1, 1});
  CHECK(some.columns()[1].categories().codes == std::vector<std::uint32_t>{1, 1, 1});
  const std::vector<std::uint32_t> gone{0, 2};
  const Table rest = Table(table).without_rows(gone);
  CHECK(rest.rows() == 2);
  CHECK(rest.columns()[0].integers() == std::vector<std::int64_t>{0, 40});
  CHECK(rest.columns()[0].missing == std::vector<std::uint8_t>{1, 0});
  CHECK(rest.columns()[1].categories().codes == std::vector<std::uint32_t>{1, 1});
  CHECK(Table(table).without_rows({}).rows() == 4);
}

TEST_CASE("leaving out an unknown column is refused with the closest name") {
  const auto error = raised([] { three_columns().without({"age", "incom"}); });
  CHECK(error.kind() == Kind::usage);
  CHECK_THAT(error.sentence(), Catch::Contains("'incom'"));
  CHECK(error.hint() == "did you mean 'income'?");
}

}  // namespace ctgan::table
