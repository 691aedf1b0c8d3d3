#include "common/conditions/meant_categories.h"

#include "tests/catch.h"

namespace ctgan::conditions {

using table::Dtype;

namespace {

std::optional<std::size_t> meant(Dtype dtype, const std::vector<std::string>& categories,
                                 std::string_view text) {
  return MeantCategories(dtype, categories).find(text);
}

}  // namespace

TEST_CASE("a text means the category that is spelt so, whatever else is alike") {
  CHECK(meant(Dtype::text, {"a", " a", "A"}, " a") == 1);
  CHECK(meant(Dtype::text, {"x", ""}, "") == 1);
  CHECK(meant(Dtype::boolean, {"true", "True"}, "True") == 1);
  CHECK(meant(Dtype::float64, {"1.0", "1"}, "1") == 1);
}

TEST_CASE("blanks at the ends do not matter where one category alone is alike") {
  CHECK(meant(Dtype::text, {" Rome", "Oslo "}, "Rome") == 0);
  CHECK(meant(Dtype::text, {" Rome", "Oslo "}, " Oslo") == 1);
  CHECK_FALSE(meant(Dtype::text, {"a ", " a"}, "a").has_value());
  CHECK_FALSE(meant(Dtype::text, {"Rome"}, "Ro me").has_value());
}

TEST_CASE("the case does not matter in a bool column alone") {
  CHECK(meant(Dtype::boolean, {"False", "True"}, "true ") == 1);
  CHECK(meant(Dtype::boolean, {"False", "True"}, "FALSE") == 0);
  CHECK_FALSE(meant(Dtype::boolean, {"true", "TRUE"}, "True").has_value());
  CHECK_FALSE(meant(Dtype::text, {"True", "False"}, "true").has_value());
}

TEST_CASE("a number means the one category that is the same number, in a column of numbers alone") {
  CHECK(meant(Dtype::int64, {"7", "12"}, "12.0") == 1);
  CHECK(meant(Dtype::float64, {"0.5", "12"}, " 0.50") == 0);
  CHECK_FALSE(meant(Dtype::float64, {"0.5", "0.50"}, ".500").has_value());
  CHECK_FALSE(meant(Dtype::int64, {"7", "12"}, "13").has_value());
  CHECK_FALSE(meant(Dtype::text, {"7", "12"}, "12.0").has_value());
}

TEST_CASE("a text for missing values in a column of numbers is meant as texts are") {
  CHECK(meant(Dtype::int64, {"7", "NA"}, " NA") == 1);
  CHECK_FALSE(meant(Dtype::int64, {"7", "NA"}, "na").has_value());
}

}  // namespace ctgan::conditions
