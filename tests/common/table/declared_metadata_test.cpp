#include "common/table/declared_metadata.h"

#include <nlohmann/json.hpp>

#include "common/table/metadata_json.h"
#include "tests/catch.h"
#include "tests/raises.h"

using namespace ctgan;
using namespace ctgan::table;
using errors::Kind;
using nlohmann::json;

namespace {

TableRequest request_of(const json& columns, const json& domain) {
  TableRequest request;
  request.columns = read_sdv_metadata({{"columns", columns}, {"domain", domain}});
  return request;
}

// The refusal of a table with the one column "c".
errors::Error refusal(const json& column, const json& domain) {
  return tests::raised([&] { declared_metadata({"c"}, request_of({{"c", column}}, {{"c", domain}})); });
}

}  // namespace

TEST_CASE("what was declared is all that a private fit knows of its columns") {
  const json columns{{"age", {{"sdtype", "numerical"}}},
                     {"pay", {{"sdtype", "numerical"}}},
                     {"sex", {{"sdtype", "categorical"}}},
                     {"born", {{"sdtype", "datetime"}, {"datetime_format", "%Y-%m-%d"}}},
                     {"member", {{"sdtype", "boolean"}}},
                     {"level", {{"sdtype", "categorical"}}},
                     {"row", {{"sdtype", "id"}}}};
  const json domain{{"age", {{"min", 17}, {"max", 90}, {"missing", {"?"}}}},
                    {"pay", {{"edges", {0, 10.5, "99.25"}}, {"decimals", 2}}},
                    {"sex", {{"categories", {"Female", "Male"}}, {"others", "other"}}},
                    {"born", {{"min", "1920-01-01"}, {"max", "2010-12-31"}, {"bins", 10}}},
                    {"member", {{"categories", {"True", "False"}}}},
                    {"level", {{"categories", {1, 2, 3}}}}};
  const Metadata metadata =
      declared_metadata({"row", "age", "pay", "sex", "born", "member", "level"}, request_of(columns, domain));
  const auto column = [&](std::size_t i) { return metadata.columns.at(i); };
  CHECK(column(0).kind == ColumnKind::id);
  CHECK(column(1).dtype == Dtype::int64);
  CHECK(column(1).missing_texts == std::vector<std::string>{"?"});
  CHECK(column(2).dtype == Dtype::float64);
  CHECK(column(2).decimals == 2);
  CHECK(column(3).dtype == Dtype::text);
  CHECK(column(4).datetime_format == "%Y-%m-%d");
  CHECK(column(5).dtype == Dtype::boolean);
  CHECK(column(6).dtype == Dtype::int64);
  // Both ways through JSON, in model files and over the wire.
  CHECK(to_json(metadata_from_json(to_json(metadata))) == to_json(metadata));
  const TableRequest request = request_of(columns, domain);
  CHECK(table_request_json(table_request_from_json(table_request_json(request))) ==
        table_request_json(request));
  CHECK(*read_sdv_metadata(json::parse(sdv_metadata(metadata).dump())).at("pay").domain == *column(2).domain);
}

TEST_CASE("what nobody has declared is refused with the column and the next step") {
  const auto none = tests::raised([] { declared_metadata({"c"}, TableRequest()); });
  CHECK(none.kind() == Kind::bad_data);
  CHECK_THAT(none.sentence(), Catch::Contains("'c'") && Catch::Contains("does not look"));
  CHECK_THAT(none.hint(), Catch::Contains("draft"));
  TableRequest request;
  request.columns["c"].kind = ColumnKind::numerical;
  CHECK_THAT(tests::raised([&] { declared_metadata({"c"}, request); }).sentence(),
             Catch::Contains("is missing"));
  request.columns["c"].kind = ColumnKind::id;
  CHECK_NOTHROW(declared_metadata({"c"}, request));
}

TEST_CASE("a domain that does not suit its column is refused") {
  const json number{{"sdtype", "numerical"}}, text{{"sdtype", "categorical"}};
  const json date{{"sdtype", "datetime"}, {"datetime_format", "%Y-%m-%d"}};
  CHECK_THAT(refusal(number, {{"min", 1}}).sentence(), Catch::Contains("needs 'min' and 'max'"));
  CHECK_THAT(refusal(number, {{"min", 1}, {"max", "ten"}}).sentence(),
             Catch::Contains("'ten', which is no number"));
  CHECK_THAT(refusal(number, {{"min", 2}, {"max", 2}}).sentence(), Catch::Contains("lesser bound"));
  CHECK_THAT(refusal(number, {{"edges", {1, 3, 2}}}).sentence(), Catch::Contains("lesser bound"));
  CHECK_THAT(refusal(number, {{"min", 0}, {"max", 1e9}, {"decimals", 9}}).sentence(),
             Catch::Contains("further"));
  CHECK_THAT(refusal(number, {{"edges", {5}}}).sentence(), Catch::Contains("two edges"));
  CHECK_THAT(refusal(number, {{"min", 1e17}, {"max", 2e17}}).sentence(), Catch::Contains("further"));
  CHECK_THAT(refusal(text, {{"min", 1}, {"max", 2}}).sentence(), Catch::Contains("needs 'categories'"));
  CHECK_THAT(refusal(date, {{"min", "1.1.2001"}, {"max", "2002-01-01"}}).sentence(),
             Catch::Contains("'1.1.2001'"));
  CHECK_THAT(refusal({{"sdtype", "datetime"}}, {{"min", 1}, {"max", 2}}).sentence(),
             Catch::Contains("datetime_format"));
  // Fields that are none, or of another form.
  CHECK_THAT(refusal(number, {{"mim", 1}}).hint(), Catch::Contains("'min'"));
  CHECK_THAT(refusal(number, {{"bins", 0}}).sentence(), Catch::Contains("'domain.c.bins'"));
  CHECK_THAT(refusal(text, {{"categories", {"a", "a"}}}).sentence(), Catch::Contains("twice"));
  CHECK_THAT(refusal(text, {{"categories", "a"}}).sentence(), Catch::Contains("list"));
  CHECK_THAT(refusal(number, {{"read_from_data", {"minimum"}}}).sentence(),
             Catch::Contains("nothing that is read"));
  CHECK_THAT(refusal(number, 3).sentence(), Catch::Contains("object"));
  CHECK(tests::raised([] {
          read_sdv_metadata({{"columns", json::object()}, {"domain", {{"x", json::object()}}}});
        }).kind() == Kind::bad_data);
}

TEST_CASE("what was read from the rows is refused field by field until it is confirmed or let through") {
  TableRequest request =
      request_of({{"age", {{"sdtype", "numerical"}}}},
                 {{"age", {{"min", 17}, {"max", 90}, {"read_from_data", {"min", "max"}}}}});
  const auto declared = [&] { return declared_metadata({"age"}, request); };
  CHECK_THAT(tests::raised(declared).sentence(),
             Catch::Contains("'min'") && Catch::Contains("nobody has confirmed"));
  CHECK_THAT(tests::raised(declared).hint(), Catch::Contains("--allow-domain-leak age.min"));
  request.domain_leaks = {"age.min"};
  CHECK_THAT(tests::raised(declared).sentence(), Catch::Contains("'max'"));
  for (const std::vector<std::string>& enough :
       {std::vector<std::string>{"age.min", "age.max"}, {"age"}, {"all"}}) {
    request.domain_leaks = enough;
    CHECK(declared().columns.at(0).domain->read_from_data == std::vector<std::string>{"min", "max"});
  }
}

TEST_CASE("what is to be found and paid for needs no value, and keeps its way of being found") {
  const json columns{{"age", {{"sdtype", "numerical"}}},
                     {"city", {{"sdtype", "categorical"}}},
                     {"born", {{"sdtype", "datetime"}, {"datetime_format", "%Y-%m-%d"}}}};
  const json domain{{"age", {{"private", {"min", "max", "edges"}}, {"binning", "dawa"}, {"bins", 20}}},
                    {"city", {{"private", {"categories"}}, {"most", 40}, {"missing", {"?"}}}},
                    {"born", {{"min", "1900-01-01"}, {"private", {"max"}}}}};
  const TableRequest request = request_of(columns, domain);
  const Metadata metadata = declared_metadata({"age", "city", "born"}, request);
  CHECK(metadata.columns[0].domain->binning == Binning::dawa);
  CHECK(metadata.columns[0].dtype == Dtype::int64);
  CHECK(metadata.columns[1].domain->most_categories == 40);
  CHECK(metadata.columns[1].domain->others == "other");
  CHECK(metadata.columns[1].dtype == Dtype::text);
  CHECK(to_json(metadata_from_json(to_json(metadata))) == to_json(metadata));
  CHECK(table_request_json(table_request_from_json(table_request_json(request))) ==
        table_request_json(request));
  CHECK(*read_sdv_metadata(json::parse(sdv_metadata(metadata).dump())).at("age").domain ==
        *metadata.columns[0].domain);
}

TEST_CASE("what cannot be found is refused, and what is found is read from no draft") {
  const json number{{"sdtype", "numerical"}}, text{{"sdtype", "categorical"}}, id{{"sdtype", "id"}};
  CHECK_THAT(refusal(number, {{"private", {"categories"}}}).sentence(), Catch::Contains("kind has none"));
  CHECK_THAT(refusal(text, {{"private", {"min"}}}).sentence(), Catch::Contains("kind has none"));
  CHECK_THAT(refusal(id, {{"private", {"min"}}}).sentence(), Catch::Contains("kind has none"));
  CHECK_THAT(refusal(number, {{"private", {"bins"}}}).sentence(), Catch::Contains("can find"));
  CHECK_THAT(refusal(number, {{"private", {"min"}}}).sentence(), Catch::Contains("needs 'min' and 'max'"));
  CHECK_THAT(refusal(number, {{"private", {"edges"}}}).sentence(), Catch::Contains("needs 'min' and 'max'"));
  for (const json& both :
       {json{{"min", 1}, {"private", {"min", "max"}}}, json{{"edges", {1, 2, 3}}, {"private", {"edges"}}},
        json{{"edges", {1, 2, 3}}, {"private", {"min", "max"}}}})
    CHECK_THAT(refusal(number, both).sentence(), Catch::Contains("found as well"));
  CHECK_THAT(refusal(text, {{"categories", {"a"}}, {"private", {"categories"}}}).sentence(),
             Catch::Contains("found as well"));
  CHECK_THAT(refusal(number, {{"private", {"min", "max"}}, {"binning", "dava"}}).hint(),
             Catch::Contains("'dawa'"));
  CHECK_THAT(refusal(text, {{"private", {"categories"}}, {"most", 0}}).sentence(), Catch::Contains("most"));
  CHECK_THAT(refusal(text, {{"found", {"categories"}}}).sentence(), Catch::Contains("needs 'categories'"));
  CHECK_THAT(refusal({{"sdtype", "datetime"}, {"datetime_format", "%d.%m.%y"}}, {{"private", {"min", "max"}}})
                 .sentence(),
             Catch::Contains("two digits"));
  const Metadata metadata = declared_metadata(
      {"c"}, request_of({{"c", number}},
                        {{"c", {{"private", {"min", "max"}}, {"read_from_data", {"min", "max"}}}}}));
  CHECK(metadata.columns.at(0).domain->read_from_data.empty());
}

TEST_CASE("the last part may be its one value, and no other part") {
  const auto declared = [](const json& edges) {
    return declared_metadata({"c"},
                             request_of({{"c", {{"sdtype", "numerical"}}}}, {{"c", {{"edges", edges}}}}));
  };
  CHECK(declared({0, 50, 100, 100}).columns[0].domain->edges.size() == 4);
  CHECK_THROWS_AS(declared({0, 50, 50, 100}), errors::Error);
  CHECK_THROWS_AS(declared({100, 100}), errors::Error);
}

TEST_CASE("the unit of privacy is a column that names somebody and is not learnt") {
  TableRequest request = request_of({{"who", {{"sdtype", "id"}}}, {"age", {{"sdtype", "numerical"}}}},
                                    {{"age", {{"min", 0}, {"max", 9}}}});
  request.rules.privacy_unit = "who";
  request.rules.rows_per_unit = 3;
  const auto declared = [&] { return declared_metadata({"who", "age"}, request); };
  CHECK(declared().rules.privacy_unit == "who");
  CHECK(metadata_from_json(to_json(declared())).rules.rows_per_unit == 3);
  CHECK(table_request_from_json(table_request_json(request)).rules.privacy_unit == "who");
  request.rules.privacy_unit = "age";
  CHECK_THAT(tests::raised(declared).sentence(), Catch::Contains("'age' must be an identifier"));
  request.rules.privacy_unit = "whom";
  CHECK_THAT(tests::raised(declared).hint(), Catch::Contains("'who'"));
}

TEST_CASE("a table of constants and identifiers has nothing to learn, which is known without its rows") {
  const auto settled = [](const json& column, const json& domain) {
    return declared_metadata({"c", "row"},
                             request_of({{"c", column}, {"row", {{"sdtype", "id"}}}}, {{"c", domain}}));
  };
  const json category{{"sdtype", "categorical"}}, number{{"sdtype", "numerical"}};
  const Metadata constant = settled(category, {{"categories", {"a"}}});
  const errors::Error error = tests::raised([&] { require_several_values(constant); });
  CHECK(error.kind() == Kind::bad_data);
  CHECK_THAT(error.sentence(), Catch::Contains("there is nothing to learn"));
  for (const Metadata& varied :
       {settled(category, {{"categories", {"a", "b"}}}),
        settled(category, {{"categories", {"a"}}, {"others", "o"}}),
        settled(category, {{"categories", {"a"}}, {"missing", {"?"}}}),
        settled(category, {{"private", {"categories"}}}), settled(number, {{"min", 3}, {"max", 4}}),
        settled(number, {{"edges", {1, 2, 3}}})})
    CHECK_NOTHROW(require_several_values(varied));
}
