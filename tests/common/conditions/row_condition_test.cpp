#include "common/conditions/row_condition.h"

#include "tests/catch.h"
#include "tests/raises.h"

namespace ctgan::conditions {

using namespace table;

using errors::Kind;
using tests::raised;

namespace {

const std::vector<std::string> k_names{"age", "income", "in", "hours per week", "a=b", "a",
                                       "x<y", "born",   "x"};
const ColumnDomain k_income{"income", Dtype::text, {" <=50K", " >50K"}};

Column numbers(std::string name, std::vector<std::int64_t> cells, std::vector<std::uint8_t> missing = {}) {
  Column column;
  column.name = std::move(name);
  column.dtype = Dtype::int64;
  column.cells = std::move(cells);
  column.missing = std::move(missing);
  column.missing_texts = {""};
  return column;
}

Column texts(std::string name, const std::vector<std::string>& cells) {
  Column column;
  column.name = std::move(name);
  Categories categories;
  for (const std::string& cell : cells) {
    categories.codes.push_back(static_cast<std::uint32_t>(categories.dictionary.size()));
    categories.dictionary.push_back(cell);
  }
  column.cells = std::move(categories);
  return column;
}

// Which cells of a column of its own satisfy "c..." .
std::vector<int> kept(const std::string& condition, const Column& column,
                      const std::vector<std::string>& categories = {}) {
  const std::vector<std::string> names{column.name};
  const BoundCondition bound(parse_condition(condition, names), {column.name, column.dtype, categories});
  std::vector<std::uint8_t> keep(column.rows(), 1);
  bound.sift(Table({column}), keep);
  return {keep.begin(), keep.end()};
}

}  // namespace

TEST_CASE("a condition is a column, an operator and a value") {
  struct Case {
    std::string text, column;
    Comparison comparison;
    std::string value;
  };
  for (const Case& c : std::vector<Case>{
           {"income=>50K", "income", Comparison::equal, ">50K"},
           {"income=<=50K", "income", Comparison::equal, "<=50K"},
           {"income<=50K", "income", Comparison::less_equal, "50K"},
           {"age>=65", "age", Comparison::greater_equal, "65"},
           {"age >= 65", "age", Comparison::greater_equal, " 65"},
           {"age!=65", "age", Comparison::not_equal, "65"},
           {"age<65", "age", Comparison::less, "65"},
           {"age>65", "age", Comparison::greater, "65"},
           {"in=1", "in", Comparison::equal, "1"},
           {"hours per week>40", "hours per week", Comparison::greater, "40"},
           {"a=b=3", "a=b", Comparison::equal, "3"},
           {"a=b", "a", Comparison::equal, "b"},
           {"a=c=3", "a", Comparison::equal, "c=3"},
           {"x<y<3", "x<y", Comparison::less, "3"},
           {"x<yy", "x", Comparison::less, "yy"},
           {"age=", "age", Comparison::equal, ""},
           {"age!=", "age", Comparison::not_equal, ""},
           {"income==", "income", Comparison::equal, "="},
       }) {
    INFO(c.text);
    const RowCondition parsed = parse_condition(c.text, k_names);
    CHECK(k_names[parsed.column] == c.column);
    CHECK(parsed.comparison == c.comparison);
    CHECK(parsed.value == c.value);
    CHECK(parsed.text == c.text);
  }
}

TEST_CASE("what is no condition is refused with the next step") {
  const auto refusal = [](const std::string& text) {
    const errors::Error error = raised([&] { parse_condition(text, k_names); });
    CHECK(error.kind() == Kind::usage);
    return error.sentence() + "; " + error.hint();
  };
  CHECK_THAT(refusal("incme=>50K"), Catch::Contains("'incme=>50K' begins with no column") &&
                                        Catch::Contains("did you mean 'income'?"));
  CHECK_THAT(refusal("zzzzzz>1"), Catch::Contains("known are: age, income"));
  CHECK_THAT(refusal("age"), Catch::Contains("'age' has no operator"));
  CHECK_THAT(refusal(""), Catch::Contains("has no operator"));
  CHECK_THAT(refusal("age>"), Catch::Contains("has no value"));
  CHECK_THAT(refusal("age <= "), Catch::Contains("has no value"));
  CHECK_THAT(refusal("=5"), Catch::Contains("no column"));
  CHECK_THAT(refusal("ages=5"), Catch::Contains("did you mean 'age'?"));
}

TEST_CASE("a category is meant by its text, without the blanks at its ends where only one fits") {
  CHECK(find_category(k_income, ">50K") == 1);
  CHECK(find_category(k_income, " >50K") == 1);
  CHECK(find_category({"c", Dtype::text, {"a", " a"}}, "a") == 0);
  CHECK(find_category({"c", Dtype::text, {"a", " a"}}, " a") == 1);
  CHECK(find_category({"c", Dtype::text, {"x", ""}}, "") == 1);
  CHECK(find_category({"c", Dtype::boolean, {"False", "True"}}, "true") == 1);
  CHECK(find_category({"c", Dtype::int64, {"7", "12"}}, "12.0") == 1);
  CHECK(find_category({"c", Dtype::float64, {"0.5", "12"}}, "0.50") == 0);
  const errors::Error ambiguous = raised([] { find_category({"c", Dtype::text, {"a ", " a"}}, "a"); });
  CHECK(ambiguous.kind() == Kind::usage);
}

TEST_CASE("an unknown category is refused with those that are near") {
  const errors::Error near = raised([] { find_category(k_income, ">60K"); });
  CHECK(near.kind() == Kind::usage);
  CHECK(near.sentence() == "the model has no category '>60K' in column 'income'");
  CHECK(near.hint() == "did you mean '>50K'?");
  CHECK(raised([] { find_category(k_income, "rich"); }).hint() == "known are: <=50K, >50K");
  CHECK(raised([] {
          find_category({"c", Dtype::text, {"True", "False"}}, "true");
        }).hint() == "did you mean 'True'?");
}

TEST_CASE("numbers compare as numbers, and an empty cell satisfies no order") {
  const Column age = numbers("age", {64, 65, 0, 66}, {0, 0, 1, 0});
  CHECK(kept("age>=65", age) == std::vector{0, 1, 0, 1});
  CHECK(kept("age<65.5", age) == std::vector{1, 1, 0, 0});
  CHECK(kept("age=65", age) == std::vector{0, 1, 0, 0});
  CHECK(kept("age=65.0", age) == std::vector{0, 1, 0, 0});
  CHECK(kept("age!=65", age) == std::vector{1, 0, 1, 1});
  CHECK(kept("age=", age) == std::vector{0, 0, 1, 0});
  CHECK(kept("age!=", age) == std::vector{1, 1, 0, 1});
  CHECK(kept("age=", numbers("age", {1, 2})) == std::vector{0, 0});
  CHECK(kept("n>9007199254740992", numbers("n", {9007199254740992, 9007199254740993})) == std::vector{0, 1});
}

TEST_CASE("reals compare with the double that the value's text stands for") {
  Column price;
  price.name = "price";
  price.dtype = Dtype::float64;
  price.cells = std::vector<double>{0.1, 0.3, 1e30};
  CHECK(kept("price=0.1", price) == std::vector{1, 0, 0});
  CHECK(kept("price>0.3", price) == std::vector{0, 0, 1});
  CHECK(kept("price>=3e-1", price) == std::vector{0, 1, 1});
}

TEST_CASE("texts compare by = and != as texts, empty cells included") {
  const Column city = texts("city", {"Rome", " Rome", "", "Lima"});
  CHECK(kept("city=Rome", city) == std::vector{1, 0, 0, 0});
  CHECK(kept("city!=Rome", city) == std::vector{0, 1, 1, 1});
  CHECK(kept("city=", city) == std::vector{0, 0, 1, 0});
  CHECK(kept("city!=", city) == std::vector{1, 1, 0, 1});
  CHECK(kept("city=Lima", city, {"Rome", " Rome", "", "Lima"}) == std::vector{0, 0, 0, 1});
  CHECK(kept("city= ", texts("city", {" ", ""}), {" ", ""}) == std::vector{1, 0});
}

TEST_CASE("texts that are dates or numbers have their order") {
  const Column born = texts("born", {"2001-05-06", "1999-12-31T23:59", "", " 2000-01-01"});
  CHECK(kept("born>=2000-01-01", born) == std::vector{1, 0, 0, 1});
  CHECK(kept("born<2000-01-01", born) == std::vector{0, 1, 0, 0});
  CHECK(kept("zip>=10000", texts("zip", {"00501", "90210"})) == std::vector{0, 1});
  CHECK(kept("at<09:00", texts("at", {"08:59:59", "09:00"})) == std::vector{1, 0});
}

TEST_CASE("dates compare in the column's own format, with each other and with ISO dates") {
  const auto kept_days = [](const std::string& condition, const std::string& format,
                            const std::vector<std::string>& cells) {
    const Column column = texts("born", cells);
    const std::vector<std::string> names{"born"};
    const BoundCondition bound(parse_condition(condition, names),
                               {"born", Dtype::text, {}, {"", "unknown"}, format});
    std::vector<std::uint8_t> keep(cells.size(), 1);
    bound.sift(Table({column}), keep);
    return std::vector<int>(keep.begin(), keep.end());
  };
  const std::vector<std::string> days{"31.01.2000", "01.02.2000", "unknown"};
  CHECK(kept_days("born>=01.02.2000", "%d.%m.%Y", days) == std::vector{0, 1, 0});
  CHECK(kept_days("born<2000-02-01", "%d.%m.%Y", days) == std::vector{1, 0, 0});
  CHECK(kept_days("born=", "%d.%m.%Y", days) == std::vector{0, 0, 1});
  CHECK(kept_days("born<2000-01-01", "%Y-%m", {"1999-12", "2000-01"}) == std::vector{1, 0});
  CHECK(kept_days("born>=2000-01-01", "%Y", {"1999", "2000"}) == std::vector{0, 1});
  CHECK(kept_days("born>07:45:00.25", "%H:%M:%S.%2f", {"07:45:00.25", "07:45:00.26"}) == std::vector{0, 1});
  CHECK(kept_days("born>=2000-01-01T00:00Z", "%Y-%m-%d %H:%M%z",
                  {"2000-01-01 01:00+02:00", "2000-01-01 02:00+02:00"}) == std::vector{0, 1});
}

TEST_CASE("an order that the column does not have is refused, before rows or with the cell that has none") {
  const auto refusal = [](const std::string& text, const ColumnDomain& column) {
    const std::vector<std::string> names{column.name};
    const errors::Error error = raised([&] { BoundCondition(parse_condition(text, names), column); });
    CHECK(error.kind() == Kind::usage);
    return error.sentence();
  };
  CHECK_THAT(refusal("city>Rome", {"city", Dtype::text, {}}), Catch::Contains("'Rome' has no order"));
  CHECK_THAT(refusal("city>5", {"city", Dtype::text, {"7", "Rome"}}),
             Catch::Contains("'Rome' in column 'city' is not a number"));
  CHECK_THAT(refusal("born>5", {"born", Dtype::text, {"", "2001-05-06"}}),
             Catch::Contains("is not a number"));
  CHECK(refusal("age=old", {"age", Dtype::int64, {}}) == "column 'age' holds numbers, and 'old' is none");
  CHECK(refusal("age>2001-05-06", {"age", Dtype::int64, {}}) ==
        "column 'age' holds numbers, and '2001-05-06' is none");
  CHECK(refusal("zip=9", {"zip", Dtype::int64, {"7", "8"}}) ==
        "the model has no category '9' in column 'zip'");
  const errors::Error cell = raised([] { kept("city>5", texts("city", {"7", "Rome"})); });
  CHECK(cell.kind() == Kind::bad_data);
  CHECK(cell.sentence() == "column 'city' holds 'Rome', which is not a number");
  const std::vector<std::string> names{"age"};
  CHECK(raised([&] {
          BoundCondition(parse_condition("age==65", names), {"age", Dtype::int64, {}});
        }).hint() == "one '=' is enough");
}

TEST_CASE("a condition on numbers, dates or times has a bound, and says on which side of it no row is") {
  const std::vector<std::string> names{"age"};
  const auto bound = [&](const std::string& text, const ColumnDomain& column) {
    return BoundCondition(parse_condition(text, names), column);
  };
  const ColumnDomain age{"age", Dtype::int64, {}};
  CHECK(bound("age>=65", age).bound() == 65.0L);
  CHECK(bound("age>=65", age).bounds_below());
  CHECK_FALSE(bound("age>=65", age).bounds_above());
  CHECK(bound("age<65", age).bounds_above());
  CHECK_FALSE(bound("age<65", age).bounds_below());
  CHECK(bound("age=65", age).bounds_below());
  CHECK(bound("age=65", age).bounds_above());
  CHECK_FALSE(bound("age!=65", age).bounds_below());
  CHECK_FALSE(bound("age!=65", age).bounds_above());
  CHECK_FALSE(bound("age=", age).bound());
  CHECK_FALSE(bound("age=old", {"age", Dtype::text, {"old", "young"}}).bound());
}

TEST_CASE("an order behind an equals sign is that order, unless the column has the text as it stands") {
  CHECK(kept("c=>2", numbers("c", {1, 2, 3})) == std::vector{0, 1, 1});
  CHECK(kept("c=< 2", numbers("c", {1, 2, 3})) == std::vector{1, 1, 0});
  CHECK(kept("c=>2", texts("c", {"1", "2", ">2"}), {"1", "2", ">2"}) == std::vector{0, 0, 1});
  CHECK(kept("c=>2", texts("c", {"1", "2", "3"}), {"1", "2", "3"}) == std::vector{0, 1, 1});
  CHECK_THAT(raised([] { BoundCondition(parse_condition("income=>50", k_names), k_income); }).sentence(),
             Catch::Contains("no category '>50' in column 'income'"));
}

TEST_CASE("a condition says what it was taken for") {
  const auto words = [](const std::string& condition, const ColumnDomain& column) {
    return BoundCondition(parse_condition(condition, std::vector<std::string>{column.name}), column)
        .understood();
  };
  const ColumnDomain age{"age", Dtype::int64, {}};
  CHECK(words("income=>50K", k_income) == "income is '>50K'");
  CHECK(words("income != >50K", k_income) == "income is not '>50K'");
  CHECK(words("age=>65", age) == "age is at least 65");
  CHECK(words("age<65", age) == "age is below 65");
  CHECK(words("age=", age) == "age is missing");
  CHECK(words("age!=", age) == "age is not missing");
}

TEST_CASE("numbers in print compare as numbers, however the value is typed") {
  const ColumnDomain price{.name = "price", .number_format = "$#,##0.00;($#,##0.00)"};
  const std::vector<std::string> columns{"price"};
  const auto admits = [&](const std::string& condition, const std::string& cell) {
    return BoundCondition(parse_condition(condition, columns), price).admits(cell);
  };
  CHECK(admits("price>=5000", "$12,000.00"));
  CHECK_FALSE(admits("price>=5000", "$800.00"));
  CHECK(admits("price>=$5,000", "$5,000.00"));
  CHECK(admits("price<0", "($5.00)"));
  CHECK(admits("price=5", "$5.00"));
  CHECK_FALSE(admits("price!=5", "$5.00"));
  CHECK_THROWS(admits("price>=cheap", "$5.00"));
  const ColumnDomain time{.name = "price", .number_format = "{hh}:{mm}:{ss}"};
  CHECK(BoundCondition(parse_condition("price>24:59:00", columns), time).admits("25:00:00"));
}

}  // namespace ctgan::conditions
