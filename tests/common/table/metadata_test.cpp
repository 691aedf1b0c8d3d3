#include <nlohmann/json.hpp>

#include "common/table/metadata_json.h"
#include "common/table_formats/csv_reader.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"

namespace ctgan::table {

using namespace table_formats;

using Catch::Contains;
using errors::Error;
using errors::Kind;
using tests::raised;

namespace {

Table read(const std::string& csv) {
  tests::MemorySource source(csv);
  return read_csv(source, "test.csv");
}

TableRequest with_kind(const std::string& column, ColumnKind kind, const std::string& format = {}) {
  TableRequest request;
  request.columns[column] = {kind, format};
  return request;
}

Error refused(const std::string& csv, const TableRequest& request = {}, std::size_t least_rows = 1,
              Kind kind = Kind::bad_data) {
  Error error = raised([&] { infer_metadata(read(csv), request, least_rows); });
  CHECK(error.kind() == kind);
  return error;
}

// The kind that is found for one column of cells.
std::string kind_of(const std::string& cells, const std::string& name = "c",
                    const TableRequest& request = {}) {
  std::string csv = "other," + name + "\n";
  std::size_t begin = 0;
  for (int row = 0; begin <= cells.size(); ++row) {
    const std::size_t end = std::min(cells.find('|', begin), cells.size());
    csv += std::to_string(row % 2) + "," + cells.substr(begin, end - begin) + "\n";
    begin = end + 1;
  }
  return std::string(kind_name(infer_metadata(read(csv), request).columns[1].kind));
}

const std::string k_people =
    "age,height,sex,member\n31,1.75,m,True\n42,1.60,f,False\n31,1.8,,True\n27,1.7,f,True\n";

}  // namespace

TEST_CASE("each column gets the kind that its cells show") {
  CHECK(kind_of("1|2|2") == "numerical");
  CHECK(kind_of("1.5|2|2.5") == "numerical");
  CHECK(kind_of("1|NA|2|") == "numerical");
  CHECK(kind_of("a|b|a") == "categorical");
  CHECK(kind_of("a|b|NA") == "id");
  CHECK(kind_of("a|b|a|") == "categorical");
  CHECK(kind_of("007|008|007") == "categorical");
  CHECK(kind_of("+49|+50|+49") == "categorical");
  CHECK(kind_of("True|False|True") == "boolean");
  CHECK(kind_of("true|false|") == "boolean");
  CHECK(kind_of("true|no|true") == "categorical");
  CHECK(kind_of("2020-01-02|2021-02-03|2020-01-02") == "datetime");
  CHECK(kind_of("2020-01-02|NaN|2021-02-03") == "datetime");
  CHECK(kind_of("12:30|09:15|12:30") == "datetime");
  CHECK(kind_of("u1|u2|u3") == "id");
  CHECK(kind_of("x|x|x") == "constant");
  CHECK(kind_of("5|5|5") == "constant");
  CHECK(kind_of("|NA|") == "all_missing");
}

TEST_CASE("numbers and durations in print are numbers, with their format") {
  const auto format_of = [](const std::string& cells, const TableRequest& request = {}) {
    const Metadata metadata = infer_metadata(read("c,o\n" + cells), request);
    CHECK(metadata.columns[0].kind == ColumnKind::numerical);
    const Metadata back = metadata_from_json(nlohmann::json::parse(to_json(metadata).dump()));
    CHECK(back.columns[0].number_format == metadata.columns[0].number_format);
    return metadata.columns[0].number_format;
  };
  CHECK(format_of("\"$1,200\",a\n$5,b\nNA,a\n") == "$#,##0");
  CHECK(format_of("25:30:00,a\n01:00:00,b\n") == "{hh}:{mm}:{ss}{f3?}");
  CHECK(format_of("1.9,a\n2.90,b\n") == "0.0?");
  CHECK(format_of("1.25,a\n1.90,b\n").empty());
  CHECK(format_of("5 kg,a\n7 kg,b\n", with_kind("c", ColumnKind::numerical)) == "0 kg");
  CHECK(kind_of("5 kg|7 kg|5 kg", "c", with_kind("c", ColumnKind::categorical)) == "categorical");
  CHECK(kind_of("$1|$2|$3") == "id");
  CHECK_THAT(refused("a,b\n1,5 kg\n2,x\n2,7 kg\n", with_kind("b", ColumnKind::numerical)).sentence(),
             Contains("'x'"));
}

TEST_CASE("damaged number formats are refused") {
  nlohmann::json document = to_json(infer_metadata(read("c,o\n5 kg,a\n7 kg,b\n"), {}));
  document["columns"][0]["number_format"] = "kg";
  CHECK(raised([&] { metadata_from_json(document); }).kind() == Kind::bad_data);
}

TEST_CASE("whole numbers are identifiers when they count the rows, or are all different and named so") {
  CHECK(kind_of("1|2|3") == "id");
  CHECK(kind_of("7|8|9") == "id");
  CHECK(kind_of("1|3|2") == "numerical");
  CHECK(kind_of("3|2|1") == "numerical");
  for (const char* name : {"id", "ID", "user_id", "userId", "order ID", "uuid", "Unnamed: 0"}) {
    CHECK(kind_of("31|3|12", name) == "id");
    CHECK(kind_of("31|3|31", name) == "numerical");
    CHECK(kind_of("3.5|2.25|1.5", name) == "numerical");
  }
  CHECK(kind_of("31|NA|12", "id") == "id");
  for (const char* name : {"paid", "grid", "AID", "identity"}) CHECK(kind_of("31|3|12", name) == "numerical");
}

TEST_CASE("whole numbers beyond 64 bits make their column text, unless it holds decimals too", "[fault:37]") {
  CHECK(kind_of("99999999999999999999|1|99999999999999999999") == "categorical");
  CHECK(kind_of("99999999999999999999|1.5|2") == "numerical");
}

TEST_CASE("what the table knows of a column is kept") {
  const Metadata metadata = infer_metadata(read(k_people), {});
  CHECK(metadata.names(ColumnKind::numerical) == std::vector<std::string>{"age", "height"});
  REQUIRE(metadata.columns.size() == 4);
  CHECK(metadata.columns[0].dtype == Dtype::int64);
  CHECK(metadata.columns[1].decimals == 2);
  CHECK(metadata.columns[2].missing_texts == std::vector<std::string>{""});
  CHECK_FALSE(metadata.columns[3].has_missing());
  CHECK(metadata.columns[3].dtype == Dtype::boolean);
}

TEST_CASE("a request overrides what is found, where the cells allow it") {
  CHECK(kind_of("1|2|2", "c", with_kind("c", ColumnKind::categorical)) == "categorical");
  CHECK(kind_of("u1|u2|u3", "c", with_kind("c", ColumnKind::categorical)) == "categorical");
  CHECK(kind_of("1|2|3", "c", with_kind("c", ColumnKind::numerical)) == "numerical");
  CHECK(kind_of("a|b|a", "c", with_kind("c", ColumnKind::id)) == "id");
  CHECK(kind_of("yes|no|no", "c", with_kind("c", ColumnKind::boolean)) == "boolean");
  CHECK(kind_of("20200102T|20210203T|20200102T", "c", with_kind("c", ColumnKind::datetime, "%Y%m%dT")) ==
        "datetime");
  CHECK(kind_of("x|x|x", "c", with_kind("c", ColumnKind::id)) == "constant");
}

TEST_CASE("a kind that the cells cannot have is refused with a cell that shows it") {
  CHECK(refused("a,b\n1,x\n2,y\n2,y\n", with_kind("b", ColumnKind::numerical)).sentence() ==
        "column 'b' is to be numerical, but holds the text 'x'");
  CHECK(refused("a,b\n1,x\n2,y\n2,z\n", with_kind("b", ColumnKind::boolean)).sentence() ==
        "column 'b' is to be boolean, but holds more than two different values");
  CHECK(refused("a,b\n1,1.5\n2,2.5\n", with_kind("b", ColumnKind::id)).sentence() ==
        "column 'b' is to be an identifier, but holds numbers with decimals");
  CHECK_THAT(refused("a,b\n1,x\n2,y\n", with_kind("b", ColumnKind::datetime)).sentence(),
             Contains("no format is known that reads 'x'"));
  CHECK(refused("a,b\n1,2020-01-01\n2,2020-01-32\n", with_kind("b", ColumnKind::datetime, "%Y-%m-%d"))
            .sentence() == "column 'b' is to be datetime in the format '%Y-%m-%d', but holds '2020-01-32'");
  CHECK_THAT(refused("a,b\n1,2\n2,1\n", with_kind("b", ColumnKind::datetime)).sentence(),
             Contains("no format is known that reads '2'"));
}

TEST_CASE("an unknown column in a request is refused with the closest name, unless it is dropped",
          "[fault:34]") {
  TableRequest request = with_kind("incom", ColumnKind::categorical);
  const Error error = refused("income,b\n1,2\n", request, 1, Kind::usage);
  CHECK(error.sentence() == "no column is named 'incom', which was to be categorical");
  CHECK(error.hint() == "did you mean 'income'?");
  request.drop = {"incom"};
  CHECK(infer_metadata(read("income,b\n1,2\n7,2\n"), request).columns.size() == 2);
}

TEST_CASE("fewer rows than a training step needs are refused with both numbers", "[fault:29]") {
  CHECK(refused(k_people, {}, 10).sentence() == "the table has 4 rows, and training needs at least 10");
  CHECK(infer_metadata(read(k_people), {}, 4).columns.size() == 4);
}

TEST_CASE("a table without any column left is refused") {
  const Error error = raised([] { infer_metadata(read("a\n1\n").without({"a"}), {}); });
  CHECK(error.kind() == Kind::bad_data);
  CHECK_THAT(error.sentence(), Contains("no column left"));
}

TEST_CASE("a table in which nothing can be learnt is refused") {
  const Error error = refused("id,one\nu1,1\nu2,1\n");
  CHECK(error.sentence() ==
        "no column of the table has anything to learn: all are constant, empty or identifiers");
  CHECK_THAT(error.hint(), Contains("--discrete"));
}

TEST_CASE("metadata survives JSON") {
  const Metadata metadata =
      infer_metadata(read("when,age\n2020-01-01,1\nNA,2\n"), with_kind("age", ColumnKind::categorical));
  const Metadata back = metadata_from_json(nlohmann::json::parse(to_json(metadata).dump()));
  REQUIRE(back.columns.size() == metadata.columns.size());
  for (std::size_t i = 0; i < back.columns.size(); ++i) {
    CHECK(back.columns[i].name == metadata.columns[i].name);
    CHECK(back.columns[i].kind == metadata.columns[i].kind);
    CHECK(back.columns[i].dtype == metadata.columns[i].dtype);
    CHECK(back.columns[i].decimals == metadata.columns[i].decimals);
    CHECK(back.columns[i].missing_texts == metadata.columns[i].missing_texts);
    CHECK(back.columns[i].datetime_format == metadata.columns[i].datetime_format);
  }
  CHECK(back.rules.max_categories == metadata.rules.max_categories);
}

TEST_CASE("damaged metadata is refused with the field's name", "[fault:27]") {
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
             Contains("'columns[1]' is not an object"));
  CHECK_THAT(field_named(R"([{"op":"remove","path":"/columns/1/name"}])"),
             Contains("'columns[1].name' is missing"));
  CHECK_THAT(field_named(R"([{"op":"replace","path":"/columns/0/dtype","value":"int8"}])"),
             Contains("'columns[0].dtype' cannot be 'int8'"));
  CHECK_THAT(field_named(R"([{"op":"replace","path":"/columns/0/sdtype","value":"odd"}])"),
             Contains("'columns[0].sdtype'"));
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
  CHECK(sidecar_json(
            infer_metadata(read("z,a\n x,1\n y,2\n x,2\n"), with_kind("a", ColumnKind::categorical))) ==
        R"({"z":"str","a":"int64"})");
  CHECK(sidecar_json(infer_metadata(read("p,q,o\n5%,+1.5,x\n7%,-2.5,y\n5%,+0.5,x\n"), {})) ==
        R"({"p":"str","q":"float64","o":"str"})");
  CHECK(sidecar_json(infer_metadata(read("n,m\n1,x\nNA,y\n3,x\n"), {})) == R"({"n":"float64","m":"str"})");
}

TEST_CASE("a request survives JSON") {
  TableRequest request = with_kind("when", ColumnKind::datetime, "%d.%m.%Y");
  request.columns["a"].kind = ColumnKind::id;
  request.columns["a"].storage_type = "categories c u";
  request.drop = {"x,y", ""};
  request.missing = MissingTexts({"?"});
  request.rules = {.max_categories = 7, .min_category_count = 3, .keep_range = false};
  const TableRequest back =
      table_request_from_json(nlohmann::json::parse(table_request_json(request).dump()));
  CHECK(back.columns.at("when").datetime_format == "%d.%m.%Y");
  CHECK(back.columns.at("when").kind == ColumnKind::datetime);
  CHECK(back.columns.at("a").kind == ColumnKind::id);
  CHECK(back.columns.at("a").storage_type == "categories c u");
  CHECK(back.drop == request.drop);
  CHECK(back.missing.texts() == std::vector<std::string>{"", "?"});
  CHECK(back.rules.max_categories == 7);
  CHECK(back.rules.min_category_count == 3);
  CHECK_FALSE(back.rules.keep_range);
}

TEST_CASE("the type that a column had in its file stays with it, whatever it is learnt as") {
  TableRequest request;
  request.columns["a"].storage_type = "c";
  request.columns["b"].storage_type = "required u";
  const Metadata metadata = infer_metadata(read("a,b\n1,x\n1,y\n1,x\n"), request);
  const Metadata back = metadata_from_json(to_json(metadata));
  CHECK(back.columns[0].kind == ColumnKind::constant);
  CHECK(back.columns[0].storage_type == "c");
  CHECK(back.columns[1].storage_type == "required u");
  CHECK_FALSE(to_json(infer_metadata(read("a\n1\n5\n5\n"), {})).dump().find("storage_type") !=
              std::string::npos);
}

TEST_CASE("a request with a field that means nothing is refused by name") {
  const auto sentence = [](const char* text) {
    const Error error = raised([&] { table_request_from_json(nlohmann::json::parse(text)); });
    CHECK(error.kind() == Kind::usage);
    return error.sentence();
  };
  CHECK_THAT(sentence(R"({"columns":[]})"), Contains("'columns' is not an object"));
  CHECK_THAT(sentence(R"({"columns":{"a":{"sdtype":"odd"}}})"),
             Contains("'columns.a.sdtype' cannot be 'odd'"));
  CHECK_THAT(sentence(R"({"columns":{"a":{"sdtype":"constant"}}})"), Contains("is found, not chosen"));
  CHECK_THAT(sentence(R"({"drop":"a"})"), Contains("'drop' is not a list of texts"));
  CHECK_THAT(sentence(R"({"missing":["5"]})"), Contains("'5' is a number"));
  CHECK_THAT(sentence(R"({"rules":{"max_categories":1}})"), Contains("'rules.max_categories'"));
  CHECK_THAT(sentence(R"({"rules":{"max_categories":-5}})"), Contains("'rules.max_categories'"));
  CHECK_THAT(sentence(R"({"rules":{"keep_range":1}})"), Contains("'rules.keep_range'"));
}

TEST_CASE("SDV's metadata files say what columns are, and are written again") {
  const auto read_sdv = [](const char* text) { return read_sdv_metadata(nlohmann::json::parse(text)); };
  const auto single = read_sdv(R"({"METADATA_SPEC_VERSION":"SINGLE_TABLE_V1","primary_key":"k","columns":{
      "k":{"sdtype":"id","regex_format":"U_[0-9]{5}"},"age":{"sdtype":"numerical","computer_representation":"Int64"},
      "d":{"sdtype":"datetime","datetime_format":"%d %b %Y"},"mail":{"sdtype":"email","pii":true},
      "sex":{"sdtype":"categorical"},"ok":{"sdtype":"boolean"}}})");
  CHECK(single.at("k").kind == ColumnKind::id);
  CHECK(single.at("age").kind == ColumnKind::numerical);
  CHECK(single.at("d").kind == ColumnKind::datetime);
  CHECK(single.at("d").datetime_format == "%d %b %Y");
  CHECK(single.at("mail").kind == ColumnKind::id);
  CHECK(single.at("ok").kind == ColumnKind::boolean);
  const auto multi =
      read_sdv(R"({"METADATA_SPEC_VERSION":"V1","tables":{"t":{"columns":{"a":{"sdtype":"categorical"}}}}})");
  CHECK(multi.at("a").kind == ColumnKind::categorical);
  CHECK(raised([&] { read_sdv(R"({"tables":{"a":{},"b":{}}})"); }).kind() == Kind::bad_data);
  CHECK(raised([&] { read_sdv(R"({"columns":{"a":{}}})"); }).kind() == Kind::bad_data);

  const Metadata metadata =
      infer_metadata(read("a,when,c\n1,01.02.2020,x\n5,03.04.2020,x\n5,03.04.2020,x\n"), {});
  const nlohmann::json written = sdv_metadata(metadata);
  CHECK(written == nlohmann::json::parse(R"({"METADATA_SPEC_VERSION":"SINGLE_TABLE_V1","columns":{
      "a":{"sdtype":"numerical"},"when":{"sdtype":"datetime","datetime_format":"%d.%m.%Y"},"c":{"sdtype":"categorical"}}})"));
  CHECK(read_sdv_metadata(written).at("when").datetime_format == "%d.%m.%Y");
}

TEST_CASE("every sdtype of SDV has its meaning, and a misspelt one is refused with the nearest") {
  const auto asked = [](const std::string& fields) {
    return read_sdv_metadata(nlohmann::json::parse(R"({"columns":{"c":{)" + fields + "}}}")).at("c");
  };
  CHECK(asked(R"("sdtype":"ordinal")").kind == ColumnKind::categorical);
  CHECK(asked(R"("sdtype":"latitude")").kind == ColumnKind::numerical);
  CHECK(asked(R"("sdtype":"unknown","pii":true)").kind == ColumnKind::id);
  CHECK_FALSE(asked(R"("sdtype":"unknown","pii":false)").kind);
  CHECK_FALSE(asked(R"("sdtype":"date_of_birth")").kind);
  for (const char* concept_name : {"email",
                                   "phone_number",
                                   "first_name",
                                   "last_name",
                                   "name",
                                   "city",
                                   "street_address",
                                   "postcode",
                                   "ssn",
                                   "ipv4_address",
                                   "mac_address",
                                   "iban",
                                   "swift11",
                                   "credit_card_number",
                                   "vin",
                                   "license_plate",
                                   "user_agent_string",
                                   "administrative_unit",
                                   "country_code",
                                   "company",
                                   "job",
                                   "uuid4"}) {
    INFO(concept_name);
    const ColumnRequest request = asked(R"("sdtype":")" + std::string(concept_name) + R"(","pii":true)");
    CHECK(request.kind == ColumnKind::id);
    CHECK(request.content == concept_name);
  }
  CHECK(asked(R"("sdtype":"city","pii":false)").kind == ColumnKind::categorical);
  const auto refusal = raised([&] { asked(R"("sdtype":"catagorical")"); });
  CHECK(refusal.kind() == Kind::bad_data);
  CHECK_THAT(refusal.sentence(), Contains("'columns.c.sdtype' cannot be 'catagorical'"));
  CHECK_THAT(refusal.hint(), Contains("'categorical'"));
  CHECK_THAT(raised([&] { asked(R"("sdtype":"emial")"); }).hint(), Contains("'email'"));
  CHECK(raised([&] { asked(R"("sdtype":"banana")"); }).kind() == Kind::bad_data);
}

TEST_CASE("what an identifier holds survives JSON and a metadata file") {
  TableRequest request = with_kind("who", ColumnKind::id);
  request.columns["who"].content = "email";
  const TableRequest back =
      table_request_from_json(nlohmann::json::parse(table_request_json(request).dump()));
  CHECK(back.columns.at("who").content == "email");
  const Metadata metadata = infer_metadata(read("who,n\na@b.c,4\nd@e.f,1\na@b.c,7\n"), back);
  CHECK(metadata_from_json(to_json(metadata)).columns[0].content == "email");
  CHECK(read_sdv_metadata(sdv_metadata(metadata)).at("who").content == "email");
}

}  // namespace ctgan::table
