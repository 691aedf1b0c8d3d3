#include "common/table/metadata.h"

#include <nlohmann/json.hpp>

#include "common/table/csv_reader.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"

namespace ctgan::table {

using Catch::Contains;
using errors::Error;
using errors::Kind;
using tests::raised;

namespace {

Table read(const std::string& csv) {
  tests::MemorySource source(csv);
  return read_csv(source, "test.csv");
}

Error refused(const std::string& csv, const MetadataRequest& request = {}) {
  Error error = raised([&] { infer_metadata(read(csv), request); });
  CHECK(error.kind() == Kind::bad_data);
  return error;
}

const std::string k_people =
    "age,height,sex,member\n31,1.75,m,True\n42,1.60,f,False\n31,1.8,,True\n27,1.7,f,True\n";

}  // namespace

TEST_CASE("numbers are continuous, text and bool discrete, and what the table knows is kept") {
  const Metadata metadata = infer_metadata(read(k_people), {});
  CHECK(metadata.names(ColumnKind::continuous) == std::vector<std::string>{"age", "height"});
  CHECK(metadata.names(ColumnKind::discrete) == std::vector<std::string>{"sex", "member"});
  REQUIRE(metadata.columns.size() == 4);
  CHECK(metadata.columns[0].dtype == Dtype::int64);
  CHECK(metadata.columns[1].decimals == 2);
  CHECK(metadata.columns[2].has_missing);
  CHECK_FALSE(metadata.columns[3].has_missing);
  CHECK(metadata.columns[3].dtype == Dtype::boolean);
}

TEST_CASE("a numeric column named as discrete is discrete and keeps its dtype") {
  const Metadata metadata = infer_metadata(read(k_people), {{"age", "sex"}});
  CHECK(metadata.columns[0].kind == ColumnKind::discrete);
  CHECK(metadata.columns[0].dtype == Dtype::int64);
}

TEST_CASE("an unknown discrete column is refused with the closest name") {
  const Error error = refused("income,b\n1,2\n", {{"incom"}});
  CHECK_THAT(error.sentence(), Contains("'incom'"));
  CHECK(error.hint() == "did you mean 'income'?");
}

TEST_CASE("fewer rows than a training step needs are refused with both numbers") {
  MetadataRequest request;
  request.batch_unit = 10;
  CHECK(refused(k_people, request).sentence() == "the table has 4 rows, and training needs at least 10");
  request.batch_unit = 4;
  CHECK(infer_metadata(read(k_people), request).columns.size() == 4);
}

TEST_CASE("missing values in numeric columns are refused with their names and the way to drop them") {
  const Error one = refused("age,b\n1,x\n,x\n,x\n");
  CHECK(one.sentence() == "numeric column 'age' has missing values in 2 of 3 rows");
  CHECK(one.hint() == "leave it out with '--drop age'");
  const Error two = refused("a,b,c\n1,,2\n,1.5,2\n");
  CHECK(two.sentence() == "numeric columns 'a', 'b' have missing values");
  CHECK(two.hint() == "leave them out with '--drop a,b'");
  CHECK_THAT(refused("a,b\n1,\n2,\n").sentence(), Contains("'b'"));
  CHECK_THAT(refused("a,b\n1,x\n,x\n", {{"a"}}).sentence(), Contains("'a'"));
}

TEST_CASE("a text column with a different value in every row is refused, except in a table of one row") {
  const Error error = refused("id,b\nu1,x\nu2,x\n");
  CHECK(error.sentence() == "column 'id' has a different text in every row");
  CHECK(error.hint() == "leave it out with '--drop id'");
  CHECK(infer_metadata(read("id,b\nu1,x\n"), {}).columns.size() == 2);
  CHECK(infer_metadata(read("id,b\n1,True\n2,False\n"), {}).columns.size() == 2);
}

TEST_CASE("a table without any column left is refused") {
  const Error error = raised([] { infer_metadata(read("a\n1\n").without({"a"}), {}); });
  CHECK(error.kind() == Kind::bad_data);
  CHECK_THAT(error.sentence(), Contains("no column left"));
}

TEST_CASE("metadata survives JSON") {
  const Metadata metadata = infer_metadata(read(k_people), {{"age"}});
  const Metadata back = metadata_from_json(nlohmann::json::parse(to_json(metadata).dump()));
  REQUIRE(back.columns.size() == metadata.columns.size());
  for (std::size_t i = 0; i < back.columns.size(); ++i) {
    CHECK(back.columns[i].name == metadata.columns[i].name);
    CHECK(back.columns[i].kind == metadata.columns[i].kind);
    CHECK(back.columns[i].dtype == metadata.columns[i].dtype);
    CHECK(back.columns[i].decimals == metadata.columns[i].decimals);
    CHECK(back.columns[i].has_missing == metadata.columns[i].has_missing);
  }
}

TEST_CASE("damaged metadata is refused with the field's name") {
  using nlohmann::json;
  const json good = to_json(infer_metadata(read(k_people), {}));
  const auto field_named = [&good](const char* change) {
    const json damaged = good.patch(json::parse(change));
    const Error error = raised([&] { metadata_from_json(damaged); });
    CHECK(error.kind() == Kind::bad_data);
    return error.sentence();
  };
  CHECK_THAT(field_named(R"([{"op":"remove","path":"/columns"}])"), Contains("'columns'"));
  CHECK_THAT(field_named(R"([{"op":"replace","path":"/columns/1","value":7}])"),
             Contains("'columns[1].name'"));
  CHECK_THAT(field_named(R"([{"op":"remove","path":"/columns/1/name"}])"),
             Contains("'columns[1].name' is missing"));
  CHECK_THAT(field_named(R"([{"op":"replace","path":"/columns/0/dtype","value":"int8"}])"),
             Contains("'columns[0].dtype' cannot be 'int8'"));
  CHECK_THAT(field_named(R"([{"op":"replace","path":"/columns/0/kind","value":"odd"}])"),
             Contains("'columns[0].kind'"));
  CHECK_THAT(field_named(R"([{"op":"replace","path":"/columns/2/decimals","value":18}])"),
             Contains("'columns[2].decimals'"));
  CHECK_THAT(field_named(R"([{"op":"replace","path":"/columns/2/decimals","value":"2"}])"),
             Contains("is not an integer"));
  CHECK_THAT(field_named(R"([{"op":"replace","path":"/columns/2/missing","value":1}])"),
             Contains("'columns[2].missing'"));
  CHECK(raised([] { metadata_from_json(nlohmann::json::array()); }).kind() == Kind::bad_data);
}

TEST_CASE("the sidecar is one flat object in the table's order, with names that astype takes") {
  CHECK(sidecar_json(infer_metadata(read(k_people), {})) ==
        R"({"age":"int64","height":"float64","sex":"object","member":"bool"})");
  CHECK(sidecar_json(infer_metadata(read("z,a\n x,1\n x,2\n"), {{"a"}})) == R"({"z":"str","a":"int64"})");
  Metadata metadata;
  metadata.columns.push_back({"n", ColumnKind::continuous, Dtype::int64, -1, true});
  CHECK(sidecar_json(metadata) == R"({"n":"float64"})");
}

}  // namespace ctgan::table
