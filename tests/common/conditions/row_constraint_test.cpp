#include "common/conditions/row_constraint.h"

#include "common/conditions/combination_lists.h"
#include "tests/catch.h"
#include "tests/raises.h"

namespace ctgan::conditions {

using namespace table;

using errors::Kind;
using tests::raised;

namespace {

const std::vector<std::string> k_names{"start", "end", "city", "country", "a,b", "a", "b", "x<=y", "x"};

std::vector<std::string> named(const std::vector<std::size_t>& columns) {
  std::vector<std::string> names;
  for (const std::size_t column : columns) names.push_back(k_names[column]);
  return names;
}

Column integers(std::vector<std::int64_t> cells, std::vector<std::uint8_t> missing = {}) {
  Column column;
  column.name = "n";
  column.dtype = Dtype::int64;
  column.cells = std::move(cells);
  column.missing = std::move(missing);
  column.missing_texts = {""};
  return column;
}

Column texts(const std::string& name, const std::vector<std::string>& cells) {
  Column column;
  column.name = name;
  Categories categories;
  for (const std::string& cell : cells) {
    categories.codes.push_back(static_cast<std::uint32_t>(categories.dictionary.size()));
    categories.dictionary.push_back(cell);
  }
  column.cells = std::move(categories);
  return column;
}

std::vector<int> kept(Comparison comparison, const Column& left, const Column& right) {
  std::vector<std::uint8_t> keep(left.rows(), 1);
  BoundComparison({"l?r", {0, 1}, comparison}, {left.name}, {right.name}).sift(Table({left, right}), keep);
  return {keep.begin(), keep.end()};
}

}  // namespace

TEST_CASE("a constraint compares two columns or lists columns, whose names may hold commas and operators") {
  struct Case {
    std::string text;
    std::vector<std::string> columns;
    std::optional<Comparison> comparison;
  };
  for (const Case& c : std::vector<Case>{
           {"start<=end", {"start", "end"}, Comparison::less_equal},
           {"start < end", {"start", "end"}, Comparison::less},
           {"end>start", {"end", "start"}, Comparison::greater},
           {"end>=start", {"end", "start"}, Comparison::greater_equal},
           {"end=start", {"end", "start"}, Comparison::equal},
           {"end!=start", {"end", "start"}, Comparison::not_equal},
           {"x<=y<x", {"x<=y", "x"}, Comparison::less},
           {"city,country", {"city", "country"}, {}},
           {" city , country ", {"city", "country"}, {}},
           {"city,country,start", {"city", "country", "start"}, {}},
           {"a,b,city", {"a,b", "city"}, {}},
           {"a,b,a", {"a,b", "a"}, {}},
           {"a,b<a", {"a,b", "a"}, Comparison::less},
       }) {
    INFO(c.text);
    const RowConstraint parsed = parse_constraint(c.text, k_names);
    CHECK(named(parsed.columns) == c.columns);
    CHECK(parsed.comparison == c.comparison);
    CHECK(parsed.text == c.text);
  }
}

TEST_CASE("what is no constraint is refused, an unknown column with the closest") {
  const auto refusal = [](const std::string& text) {
    const errors::Error error = raised([&] { parse_constraint(text, k_names); });
    CHECK(error.kind() == Kind::usage);
    return error.sentence() + "; " + error.hint();
  };
  CHECK_THAT(refusal("starts<=end"),
             Catch::Contains("names no column 'starts'") && Catch::Contains("did you mean 'start'?"));
  CHECK_THAT(refusal("start<=ende"), Catch::Contains("'ende'") && Catch::Contains("did you mean 'end'?"));
  CHECK_THAT(refusal("city,contry"),
             Catch::Contains("'contry'") && Catch::Contains("did you mean 'country'?"));
  CHECK_THAT(refusal("city"), Catch::Contains("has no operator"));
  CHECK_THAT(refusal("city,city"), Catch::Contains("names the column 'city' twice"));
  CHECK_THAT(refusal("start<=start"), Catch::Contains("twice"));
  CHECK_THAT(refusal("start<=5"), Catch::Contains("names no column '5'"));
  CHECK_THAT(refusal(""), Catch::Contains("has no operator"));
  CHECK_THAT(refusal("city,"), Catch::Contains("'city,'"));
}

TEST_CASE("numbers compare with numbers, and a row with an empty cell breaks nothing") {
  const Column left = integers({1, 2, 3, 0}, {0, 0, 0, 1});
  const Column right = integers({2, 2, 2, 2});
  CHECK(kept(Comparison::less, left, right) == std::vector{1, 0, 0, 1});
  CHECK(kept(Comparison::less_equal, left, right) == std::vector{1, 1, 0, 1});
  CHECK(kept(Comparison::equal, left, right) == std::vector{0, 1, 0, 1});
  CHECK(kept(Comparison::not_equal, left, right) == std::vector{1, 0, 1, 1});
  Column reals;
  reals.dtype = Dtype::float64;
  reals.cells = std::vector<double>{0.5, 2, 3.5, 1};
  CHECK(kept(Comparison::greater, left, reals) == std::vector{1, 0, 0, 1});
}

TEST_CASE("dates as text compare with dates, and texts that are numbers with numbers") {
  const Column start = texts("start", {"2026-01-31", "2026-02-01", "", "2025-12-31"});
  const Column end = texts("end", {"2026-02-01", "2026-01-31T12:00", "2026-01-01", "2026-01-01"});
  CHECK(kept(Comparison::less_equal, start, end) == std::vector{1, 0, 1, 1});
  CHECK(kept(Comparison::less, texts("t", {"9", "10"}), integers({10, 9})) == std::vector{1, 0});
}

TEST_CASE("= and != between two columns of text compare the texts") {
  const Column a = texts("a", {"x", "y", "", "x"});
  const Column b = texts("b", {"x", "z", "x", " x"});
  CHECK(kept(Comparison::equal, a, b) == std::vector{1, 0, 1, 0});
  CHECK(kept(Comparison::not_equal, a, b) == std::vector{0, 1, 1, 1});
}

TEST_CASE("a text without an order, or with another kind of order, is named") {
  const errors::Error text = raised([] { kept(Comparison::less, texts("city", {"Rome"}), integers({1})); });
  CHECK(text.kind() == Kind::bad_data);
  CHECK(text.sentence() == "column 'city' holds 'Rome', which has no order");
  const errors::Error kinds =
      raised([] { kept(Comparison::less, texts("day", {"2026-01-01"}), integers({1})); });
  CHECK(kinds.sentence() == "column 'day' holds '2026-01-01', which cannot be compared with column 'n'");
}

TEST_CASE("the columns of kept combinations are categorical") {
  const Metadata metadata{{{"age", ColumnKind::numerical, Dtype::int64},
                           {"city", ColumnKind::categorical, Dtype::text},
                           {"zip", ColumnKind::categorical, Dtype::int64}},
                          {}};
  CHECK(combination_columns({"city,zip", "zip,city"}, metadata) ==
        std::vector<std::vector<std::size_t>>{{1, 2}, {2, 1}});
  CHECK(combination_columns({}, metadata).empty());
  const errors::Error continuous = raised([&] { combination_columns({"city,age"}, metadata); });
  CHECK(continuous.kind() == Kind::usage);
  CHECK(continuous.sentence() ==
        "the combinations of 'city,age' cannot be kept: column 'age' is numerical, not categorical");
  CHECK(raised([&] { combination_columns({"city,zap"}, metadata); }).hint() == "did you mean 'zip'?");
  CHECK_THAT(raised([&] { combination_columns({"city"}, metadata); }).sentence(),
             Catch::Contains("one column only"));
}

}  // namespace ctgan::conditions
