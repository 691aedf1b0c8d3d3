#include "common/conditions/row_rules.h"

#include <cmath>

#include "common/conditions/rule_check.h"
#include "common/table_formats/csv_reader.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"

namespace ctgan::conditions {

using namespace table;
using namespace table_formats;

using errors::Kind;
using tests::raised;

namespace {

const std::vector<std::string> k_names{"price",      "quantity", "shipping", "total",
                                       "unit-price", "start",    "end",      "a, b"};

// What an equation gives when each column holds its place in the list and one more.
long double value_of(const std::string& expression) {
  const RowRule rule = parse_rule("total = " + expression, k_names);
  std::vector<long double> values;
  for (std::size_t i = 0; i < k_names.size(); ++i) values.push_back(static_cast<long double>(i + 1));
  return rule.expression.value(values, std::vector<ValueType>(k_names.size(), ValueType::number));
}

Table read(const std::string& csv) {
  tests::MemorySource source(csv, 1 << 16);
  return read_csv(source, "t.csv");
}

std::vector<RuleCheck> checked(const std::string& csv, const std::vector<std::string>& rules,
                               std::uint64_t min_category_count = 1) {
  const Table table = read(csv);
  TableRequest request;
  request.rules.min_category_count = min_category_count;
  const Metadata metadata = infer_metadata(table, request);
  return check_rules(RowRules(rules, metadata), table, metadata);
}

Metadata of_numbers(const std::vector<std::string>& names) {
  Metadata metadata;
  for (const std::string& name : names)
    metadata.columns.push_back({.name = name, .kind = ColumnKind::numerical, .dtype = Dtype::int64});
  return metadata;
}

std::string made(const std::vector<std::string>& rules, const std::vector<std::string>& names) {
  constexpr const char* k_forms[] = {"=", ">", "<", "&"};
  std::string text;
  const RowRules together(rules, of_numbers(names));
  for (const Derivation& derivation : together.derivations()) {
    text += (text.empty() ? "" : " ") + names[derivation.column] + k_forms[static_cast<int>(derivation.form)];
    for (const std::size_t from : derivation.from) text += names[from];
  }
  return text;
}

}  // namespace

TEST_CASE("an equation computes as it is written") {
  CHECK(value_of("price * quantity + shipping") == 5);
  CHECK(value_of("shipping - price - quantity") == 0);
  CHECK(value_of("shipping / quantity / 3") == 0.5L);
  CHECK(value_of("-(price + quantity) * 2") == -6);
  CHECK(value_of("unit-price * 2") == 10);
  CHECK(value_of("'unit-price'-price") == 4);
  CHECK(value_of("`a, b` + 0.5e1") == 13);
  CHECK(value_of("round(shipping / 7, 2)") == 0.43L);
  CHECK(value_of("round(1.005 * price, 2)") == 1.01L);
  CHECK(value_of("round(-2.5)*price") == -3);
  CHECK(value_of("floor(quantity * 0.9) + abs(price - 3)") == 3);
  CHECK(value_of("min(shipping, quantity, 9) + max(price, 4)") == 6);
  CHECK(std::isnan(value_of("price / (quantity - 2)")));
}

TEST_CASE("a rule is an equation, an order or a list of columns") {
  const RowRule chain = parse_rule("  price < quantity <= shipping ", k_names);
  CHECK(chain.form == RowRule::Form::order);
  CHECK(chain.text == "price < quantity <= shipping");
  CHECK(chain.columns == std::vector<std::size_t>{0, 1, 2});
  CHECK(chain.comparisons == std::vector{Comparison::less, Comparison::less_equal});
  const RowRule list = parse_rule("start, 'a, b',end", k_names);
  CHECK(list.form == RowRule::Form::combination);
  CHECK(list.columns == std::vector<std::size_t>{5, 7, 6});
  CHECK(parse_rule("total == price", k_names).expression.columns() == std::vector<std::size_t>{0});
}

TEST_CASE("a rule that cannot be read names what is wrong") {
  struct Case {
    std::string text, sentence, hint;
  };
  for (const Case& c : std::vector<Case>{
           {"totl = price", "names no column 'totl'", "did you mean 'total'?"},
           {"total = prise * 2", "names no column 'prise'", "did you mean 'price'?"},
           {"total = price *", "ends where a column or number is expected", "a rule is"},
           {"total = (price", "lacks a ')'", "a rule is"},
           {"total = price price", "cannot be read at 'price'", "a rule is"},
           {"total", "has no operator", "a rule is"},
           {"total = total + price", "computes the column 'total' from itself", "a rule is"},
           {"total = 5", "computes a column from no other", "a rule is"},
           {"start <= end >= price", "turns its direction", "a rule is"},
           {"start != end", "cannot keep two columns apart", "a rule is"},
           {"start <= start", "names the column 'start' twice", ""},
           {"total = round(price, quantity)", "rounds to digits", "a rule is"},
           {"total = min(price)", "gives min() 1 argument", "a rule is"},
           {"total = \"price", "has a quote without an end", "a rule is"},
           {"", "is empty", "a rule is"},
       }) {
    INFO(c.text);
    const errors::Error error = raised([&] { parse_rule(c.text, k_names); });
    CHECK(error.kind() == Kind::usage);
    CHECK_THAT(error.sentence(), Catch::Contains(c.sentence));
    CHECK_THAT(error.hint(), Catch::Contains(c.hint));
  }
}

TEST_CASE("what a rule makes comes after what it is made from") {
  CHECK(made({"c = a + b", "b = a"}, {"c", "b", "a"}) == "b=a c=ba");
  CHECK(made({"a <= b <= c"}, {"c", "b", "a"}) == "b>a c>b");
  CHECK(made({"c >= b", "c > a"}, {"a", "b", "c"}) == "c>ba");
  // What an equation makes is a bound for the other side.
  CHECK(made({"t = a * b", "d <= t"}, {"t", "a", "b", "d"}) == "t=ab d<t");
  CHECK(made({"a, b", "b, c", "d, e"}, {"a", "b", "c", "d", "e"}) == "a&abc d&de");
  CHECK(made({"t = b", "a, b"}, {"t", "a", "b"}) == "a&ab t=b");
}

TEST_CASE("rules that make one column twice or go round in a circle are refused") {
  const auto refusal = [](const std::vector<std::string>& rules) {
    const errors::Error error = raised([&] { RowRules(rules, of_numbers({"a", "b", "c"})); });
    CHECK(error.kind() == Kind::bad_data);
    return error.sentence();
  };
  CHECK_THAT(refusal({"a = b", "b = a"}), Catch::Contains("goes round in a circle"));
  CHECK_THAT(refusal({"a = b", "a = c"}), Catch::Contains("which another rule makes already"));
  CHECK_THAT(refusal({"a, b", "a = c"}), Catch::Contains("which another rule makes already"));
  CHECK_THAT(refusal({"a = b + c", "b <= a"}), Catch::Contains("cannot be kept"));
  CHECK_THAT(refusal({"a <= b", "b <= a"}), Catch::Contains("cannot be kept"));
}

TEST_CASE("dates are subtracted to days, and compared with dates only") {
  const std::string csv =
      "start,end,nights,text\n2024-02-28,2024-03-01,2,a\n2024-01-01,2024-01-01,0,b\n2023-12-31,2024-01-01,1,"
      "a\n";
  for (const char* rule :
       {"nights = end - start", "end = start + nights", "start = end - nights", "start <= end"}) {
    const RuleCheck check = checked(csv, {rule}).front();
    CHECK(check.rows == 3);
    CHECK(check.broken == 0);
  }
  const auto refusal = [&](const std::string& rule) {
    return raised([&] { checked(csv, {rule}); }).sentence();
  };
  CHECK_THAT(refusal("nights = end + start"), Catch::Contains("computes with a date and a date"));
  CHECK_THAT(refusal("nights = end"), Catch::Contains("gives column 'nights' a date, but it holds numbers"));
  CHECK_THAT(refusal("nights <= end"), Catch::Contains("compares a number with a date"));
  CHECK_THAT(refusal("nights = text"), Catch::Contains("computes with column 'text', which is categorical"));
}

TEST_CASE("a table's rows that break a rule are counted and named; missing values break nothing") {
  std::string csv = "price,quantity,total\n";
  for (int row = 0; row < 40; ++row)
    csv += "1.25," + std::to_string(row) + "," +
           (row == 6 || row == 9 ? "1.00" : std::to_string(row * 125 / 100.0).substr(0, 5)) + "\n";
  csv += "1.5,,7\n1.5,2,\n";
  const RuleCheck check = checked(csv, {"total = price * quantity"}).front();
  CHECK(check.rows == 40);
  CHECK(check.broken == 2);
  CHECK(check.first == std::vector<std::uint64_t>{7, 10});
  CHECK(check.sentence() == "'total = price * quantity' holds in 38 of 40 rows; rows 7 and 10 break it");
  require_held({check});
  const errors::Error error = raised([&] { require_held(checked(csv, {"total = price + quantity"})); });
  CHECK(error.kind() == Kind::bad_data);
  CHECK_THAT(error.sentence(), Catch::Contains("of the 40 rows that have its values break it"));
  CHECK_THAT(error.hint(), Catch::Contains("correct the rule"));
}

TEST_CASE("an equation holds up to the rounding of its column, and not a step further") {
  const std::string csv =
      "net,gross,floor\n10.05,11.96,11.95\n20.10,23.92,23.91\n3.33,3.96,3.96\n7.77,9.25,9.24\n";
  CHECK(checked(csv, {"gross = net * 1.19"}).front().broken == 0);
  CHECK(checked(csv, {"floor = net * 1.19"}).front().broken > 0);
  CHECK(checked(csv, {"floor = floor(net * 119) / 100"}).front().broken == 0);
}

TEST_CASE("combinations of too few rows cannot be kept") {
  std::string csv = "city,country,rooms\n";
  for (int row = 0; row < 6; ++row) csv += "Rome,Italy,2\nLima,Peru,3.5\nRome,Peru,2.5\nLima,Italy,3\n";
  csv += "Oslo,Norway,4\n";
  CHECK(checked(csv, {"city, country"}, 5).front().broken == 1);
  require_held(checked(csv, {"city, country"}, 5));
  CHECK_THAT(raised([&] { require_held(checked(csv, {"city, country"}, 11)); }).sentence(),
             Catch::Contains("no combination of 'city, country' is shared by as many rows"));
}

}  // namespace ctgan::conditions
