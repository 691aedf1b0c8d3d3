#include "common/conditions/row_quota.h"

#include <nlohmann/json.hpp>

#include "common/conditions/sample_terms.h"
#include "tests/catch.h"
#include "tests/raises.h"

namespace ctgan::conditions {

using errors::Kind;
using tests::raised;

namespace {

const std::vector<std::string> k_names{"income", "in", "time=of:day", "time"};

std::vector<std::pair<std::string, std::uint64_t>> entries(const std::string& text) {
  std::vector<std::pair<std::string, std::uint64_t>> found;
  for (const auto& entry : parse_quota(text, k_names).entries) found.emplace_back(entry.category, entry.rows);
  return found;
}

using Entries = std::vector<std::pair<std::string, std::uint64_t>>;

}  // namespace

TEST_CASE("a quota gives rows to categories, whose texts may hold colons, commas and operators") {
  CHECK(entries("income=>50K:5000,<=50K:5000") == Entries{{">50K", 5000}, {"<=50K", 5000}});
  CHECK(entries("income=>50K:5,income=<=50K:7") == Entries{{">50K", 5}, {"<=50K", 7}});
  CHECK(entries("in=a,b:1,c:d:2") == Entries{{"a,b", 1}, {"c:d", 2}});
  CHECK(entries("in=10:30 h:4") == Entries{{"10:30 h", 4}});
  CHECK(entries("time=of:day=x:3") == Entries{{"x", 3}});
  CHECK(entries("in=:3") == Entries{{"", 3}});
  CHECK(parse_quota("time=of:day=x:3", k_names).column == 2);
  CHECK(quota_rows("income=>50K:5000,<=50K:5001") == 10'001);
}

TEST_CASE("what is no quota is refused") {
  for (const char* text :
       {"", "income", "income=>50K", "income=>50K:", "income=>50K:x", "income=a:5,", "income=a:5,b",
        "income=a:0", "income=a:1000000000000000001", "income=a:99999999999999999999999"}) {
    INFO(text);
    CHECK(raised([&] { quota_rows(text); }).kind() == Kind::usage);
  }
  CHECK(raised([] { parse_quota("incme=a:5", k_names); }).hint() == "did you mean 'income'?");
  CHECK(raised([] { parse_quota("in>a:5", k_names); }).kind() == Kind::usage);
  CHECK(raised([] { parse_quota("nothing:5", k_names); }).kind() == Kind::usage);
}

TEST_CASE("terms travel as JSON and come back as they were") {
  SampleTerms terms{{"a=1", "b>2"}, {"a<=b"}, {"id"}, "income", ""};
  nlohmann::json object{{"rows", 5}};
  add_to_json(terms, object);
  CHECK(object.at("rows") == 5);
  CHECK(terms_from_json(nlohmann::json::parse(object.dump())) == terms);
  terms.balance.clear();
  terms.quota = "income=x:5";
  object = nlohmann::json::object();
  add_to_json(terms, object);
  CHECK(terms_from_json(object) == terms);
  nlohmann::json none = nlohmann::json::object();
  add_to_json({}, none);
  CHECK(none.empty());
  CHECK(terms_from_json(none).empty());
}

TEST_CASE("terms of another form are refused by the name of the field") {
  using nlohmann::json;
  for (const json& object :
       {json{{"where", "a=1"}}, json{{"unique", json::array({1})}}, json{{"constraints", 5}},
        json{{"balance", 1}}, json{{"quota", json::array()}}}) {
    INFO(object);
    const errors::Error error = raised([&] { terms_from_json(object); });
    CHECK(error.kind() == Kind::protocol);
    CHECK_THAT(error.sentence(), Catch::Contains("'" + object.items().begin().key() + "'"));
  }
  for (const SampleTerms& terms :
       {SampleTerms{{"age"}, {}, {}, "", ""}, SampleTerms{{}, {}, {}, "a", "a=x:1"},
        SampleTerms{{}, {}, {}, "", "a=x"}, SampleTerms{std::vector<std::string>(65, "a=1"), {}, {}, "", ""},
        SampleTerms{{}, {}, {std::string(5000, 'x')}, "", ""}}) {
    CHECK(raised([&] { check_terms(terms); }).kind() == Kind::usage);
  }
}

}  // namespace ctgan::conditions
