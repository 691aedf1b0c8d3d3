#include "common/options/splits.h"

#include "common/options/methods.h"
#include "tests/catch.h"
#include "tests/raises.h"

using namespace ctgan;
using namespace ctgan::options;

TEST_CASE("splits are groups of names") {
  using Groups = std::vector<std::vector<std::string>>;
  CHECK(parse_splits("age,sex;race") == Groups{{"age", "sex"}, {"race"}});
  CHECK(parse_splits(" hours per week , sex ") == Groups{{"hours per week", "sex"}});
}

TEST_CASE("splits without a name or with one twice are refused") {
  for (const char* text : {"", "a,,b", "a;", ";a", "a, ;b"})
    CHECK(tests::raised([&] { parse_splits(text); }).kind() == errors::Kind::usage);
  CHECK(tests::raised([] { parse_splits("a,b;a"); }).sentence() == "splits name the column 'a' twice");
}

TEST_CASE("splits name columns of the table") {
  const Method& method = find_method("mwem");
  const auto values = check(method, {{"epsilon", 1}, {"splits", "age,sexx"}});
  const errors::Error error = tests::raised([&] { check_columns(method, values, {"age", "sex"}, false); });
  CHECK(error.kind() == errors::Kind::usage);
  CHECK(error.sentence() == "splits name the column 'sexx', which the table does not have");
  CHECK(error.hint() == "did you mean 'sex'?");
  CHECK_NOTHROW(check_columns(method, check(method, {{"epsilon", 1}, {"splits", "sex"}}), {"age", "sex"}, false));
  CHECK_NOTHROW(check_columns(find_method("mst"), check(find_method("mst"), {{"epsilon", 1}}), {"age"}, true));
}

TEST_CASE("a method without a delta finds no domains") {
  const Method& method = find_method("mwem");
  const auto values = check(method, {{"epsilon", 1}});
  CHECK_NOTHROW(check_columns(method, values, {"age"}, false));
  const errors::Error error = tests::raised([&] { check_columns(method, values, {"age"}, true); });
  CHECK(error.sentence() == "mwem finds no domains, which takes a delta that it does not have");
}
