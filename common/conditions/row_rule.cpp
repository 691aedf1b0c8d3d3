#include "common/conditions/row_rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "common/conditions/row_constraint.h"
#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/table/number_text.h"
#include "common/texts/texts.h"

namespace ctgan::conditions {
namespace {

using errors::Error;
using errors::Kind;
using Op = RowExpression::Op;
using Step = RowExpression::Step;

constexpr long double k_day = 86'400;
constexpr long double k_nan = std::numeric_limits<long double>::quiet_NaN();
constexpr std::size_t k_most_steps = 256;
constexpr std::string_view k_quotes = "\"'`";
constexpr const char* k_forms =
    "a rule is 'TOTAL = PRICE * QUANTITY', 'START <= END' or 'COUNTRY, CITY'; a column whose name holds "
    "operators or blanks stands in quotes";

struct Function {
  std::string_view name;
  Op op;
  std::size_t least, most;  // arguments
};
constexpr std::array<Function, 5> k_functions{{
    {"round", Op::round, 1, 2},
    {"floor", Op::floor, 1, 1},
    {"abs", Op::abs, 1, 1},
    {"min", Op::min, 2, 9},
    {"max", Op::max, 2, 9},
}};

bool is_word(char c) {
  return table::is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::string_view word_at(std::string_view text) {
  return text.substr(
      0, static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_word) - text.begin()));
}

// One rule from left to right. What is read is taken away; the rest knows where it stands.
class Reader {
 public:
  Reader(std::string_view text, std::span<const std::string> columns)
      : text_(text), rest_(text), columns_(columns) {}

  bool at_end() {
    skip_blanks();
    return rest_.empty();
  }
  bool take(char wanted) {
    skip_blanks();
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::optional<Comparison> comparison() {
    skip_blanks();
    return take_comparison(rest_);
  }
  [[noreturn]] void refuse(const std::string& why) const {
    throw Error(Kind::usage, fmt::format("the rule {} {}", errors::quoted(text_), why), k_forms);
  }
  [[noreturn]] void refuse_here() {
    skip_blanks();
    if (rest_.empty()) refuse("ends where a column or number is expected");
    refuse(fmt::format("cannot be read at {}", errors::quoted(rest_)));
  }

  // None where no column stands; a name in quotes must be one.
  std::optional<std::size_t> column() {
    skip_blanks();
    if (rest_.empty()) return std::nullopt;
    if (k_quotes.find(rest_.front()) != std::string_view::npos) return quoted_column();
    std::size_t best = columns_.size();
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (begins_with(columns_[i]) && (best == columns_.size() || columns_[i].size() > columns_[best].size()))
        best = i;
    if (best == columns_.size()) return std::nullopt;
    rest_.remove_prefix(columns_[best].size());
    return best;
  }
  // Where a column must stand.
  std::size_t need_column() {
    if (const auto found = column()) return *found;
    skip_blanks();
    const std::string_view word = word_at(rest_);
    if (word.empty()) refuse_here();
    refuse_unknown(std::string(word));
  }

  std::size_t expression(std::vector<Step>& steps) {
    std::size_t left = product(steps);
    for (;;) {
      const Op op = take('+') ? Op::add : take('-') ? Op::subtract : Op::number;
      if (op == Op::number) return left;
      const std::size_t right = product(steps);
      left = push(steps, {.op = op, .left = left, .right = right});
    }
  }

 private:
  static constexpr std::size_t k_deepest = 100;

  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size())); }

  bool begins_with(const std::string& name) const {
    if (name.empty() || !rest_.starts_with(name)) return false;
    const bool joined = rest_.size() > name.size() && is_word(name.back()) && is_word(rest_[name.size()]);
    return !joined;
  }

  [[noreturn]] void refuse_unknown(const std::string& name) const {
    throw Error(Kind::usage,
                fmt::format("the rule {} names no column {}", errors::quoted(text_), errors::quoted(name)),
                errors::suggestion(name, columns_));
  }

  std::size_t quoted_column() {
    const std::size_t end = rest_.find(rest_.front(), 1);
    if (end == std::string_view::npos)
      refuse(fmt::format("has a quote without an end at {}", errors::quoted(rest_)));
    const std::string name(rest_.substr(1, end - 1));
    const auto found = std::find(columns_.begin(), columns_.end(), name);
    if (found == columns_.end()) refuse_unknown(name);
    rest_.remove_prefix(end + 1);
    return static_cast<std::size_t>(found - columns_.begin());
  }

  std::size_t push(std::vector<Step>& steps, Step step) const {
    if (steps.size() >= k_most_steps) refuse("is too long");
    steps.push_back(step);
    return steps.size() - 1;
  }

  std::size_t product(std::vector<Step>& steps) {
    std::size_t left = operand(steps);
    for (;;) {
      const Op op = take('*') ? Op::multiply : take('/') ? Op::divide : Op::number;
      if (op == Op::number) return left;
      const std::size_t right = operand(steps);
      left = push(steps, {.op = op, .left = left, .right = right});
    }
  }

  std::size_t operand(std::vector<Step>& steps) {
    if (++depth_ > k_deepest) refuse("is nested too deeply");
    const std::size_t found = bare_operand(steps);
    --depth_;
    return found;
  }

  std::size_t bare_operand(std::vector<Step>& steps) {
    if (take('-')) {
      const std::size_t left = operand(steps);
      return push(steps, {.op = Op::negate, .left = left});
    }
    if (take('(')) {
      const std::size_t inner = expression(steps);
      if (!take(')')) refuse("lacks a ')'");
      return inner;
    }
    skip_blanks();
    const std::string_view word = word_at(rest_);
    if (const Function* function = function_here(word)) return call(*function, word, steps);
    if (const auto number = number_here()) return push(steps, {.number = *number});
    return push(steps, {.op = Op::column, .column = need_column()});
  }

  // A column of a longer name goes before it.
  const Function* function_here(std::string_view word) const {
    const auto found = std::find_if(k_functions.begin(), k_functions.end(),
                                    [&](const Function& f) { return f.name == word; });
    if (found == k_functions.end()) return nullptr;
    const std::size_t open = rest_.find_first_not_of(" \t", word.size());
    if (open == std::string_view::npos || rest_[open] != '(') return nullptr;
    const bool longer = std::any_of(columns_.begin(), columns_.end(), [&](const std::string& name) {
      return name.size() > word.size() && begins_with(name);
    });
    return longer ? nullptr : &*found;
  }

  std::size_t call(const Function& function, std::string_view word, std::vector<Step>& steps) {
    rest_.remove_prefix(word.size());
    take('(');
    std::size_t left = expression(steps);
    std::size_t arguments = 1;
    long double scale = 1;
    for (; take(','); ++arguments) {
      if (function.op == Op::round) {
        scale = digits_scale();
        continue;
      }
      const std::size_t right = expression(steps);
      left = push(steps, {.op = function.op, .left = left, .right = right});
    }
    if (!take(')')) refuse("lacks a ')'");
    if (arguments < function.least || arguments > function.most)
      refuse(fmt::format("gives {}() {} argument{}", function.name, arguments, arguments == 1 ? "" : "s"));
    if (function.op == Op::min || function.op == Op::max) return left;
    return push(steps, {.op = function.op, .number = scale, .left = left});
  }

  long double digits_scale() {
    constexpr long double k_most_digits = 15;
    const bool minus = take('-');
    skip_blanks();
    const auto digits = number_here();
    if (!digits || *digits != std::floor(*digits) || *digits > k_most_digits)
      refuse("rounds to digits that are no whole number up to 15");
    return std::pow(10.0L, minus ? -*digits : *digits);
  }

  // A column may be called 2019 or 5yr: the longer of the two is meant, the number if they are equal.
  std::optional<long double> number_here() {
    double number = 0;
    if (rest_.empty() || !(table::is_digit(rest_.front()) || rest_.front() == '.')) return std::nullopt;
    const auto [end, status] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    if (status != std::errc{} || !std::isfinite(number)) return std::nullopt;
    const auto length = static_cast<std::size_t>(end - rest_.data());
    const bool named = std::any_of(columns_.begin(), columns_.end(), [&](const std::string& name) {
      return name.size() > length && begins_with(name);
    });
    if (named) return std::nullopt;
    // Decimals as they are written: 0.19 is no double.
    const std::string digits(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return std::strtold(digits.c_str(), nullptr);
  }

  std::string_view text_;
  std::string_view rest_;
  std::span<const std::string> columns_;
  std::size_t depth_ = 0;
};

void require_distinct(const RowRule& rule, std::span<const std::string> names) {
  std::vector<std::size_t> sorted = rule.columns;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice == sorted.end()) return;
  throw Error(Kind::usage, fmt::format("the rule {} names the column {} twice", errors::quoted(rule.text),
                                       errors::quoted(names[*twice])));
}

bool is_order(Comparison comparison) {
  return comparison != Comparison::equal && comparison != Comparison::not_equal;
}

bool ascends(Comparison comparison) {
  return comparison == Comparison::less || comparison == Comparison::less_equal;
}

void read_order(Reader& reader, Comparison first, RowRule& rule) {
  rule.form = RowRule::Form::order;
  std::optional<Comparison> next = first;
  while (next) {
    if (!is_order(*next)) reader.refuse("mixes '=' or '!=' with an order");
    if (ascends(*next) != ascends(first)) reader.refuse("turns its direction: write two rules");
    rule.comparisons.push_back(*next);
    rule.columns.push_back(reader.need_column());
    next = reader.comparison();
  }
  if (!reader.at_end()) reader.refuse_here();
}

void read_equation(Reader& reader, RowRule& rule, std::span<const std::string> names) {
  rule.form = RowRule::Form::equation;
  reader.take('=');  // "==", as programmers write it
  std::vector<Step> steps;
  reader.expression(steps);
  if (!reader.at_end()) reader.refuse_here();
  rule.expression = RowExpression(std::move(steps));
  const auto& inputs = rule.expression.columns();
  if (inputs.empty()) reader.refuse("computes a column from no other");
  if (std::binary_search(inputs.begin(), inputs.end(), rule.columns.front()))
    reader.refuse(
        fmt::format("computes the column {} from itself", errors::quoted(names[rule.columns.front()])));
}

long double rounded(long double value, long double scale) {
  // A product such as 1.005 * 100 lies a little below its tie; a part in 10^15 is no digit of anybody's.
  const long double scaled = value * scale;
  return std::round(scaled + std::copysign(std::abs(scaled) * 1e-15L, scaled)) / scale;
}

// What a step gave: a number, or seconds.
struct Result {
  long double value;
  bool moment;
};

// Days where a number meets a moment.
long double in_seconds(const Result& side, bool other_is_moment) {
  return side.moment || !other_is_moment ? side.value : side.value * k_day;
}

Result difference(const Result& left, const Result& right) {
  if (left.moment && right.moment) return {(left.value - right.value) / k_day, false};
  return {left.value - in_seconds(right, left.moment), left.moment};
}

Result extreme(Op op, const Result& left, const Result& right) {
  if (std::isnan(left.value) || std::isnan(right.value)) return {k_nan, left.moment};
  return (right.value < left.value) == (op == Op::min) ? right : left;
}

// REQUIRES: an operator or a function.
Result applied(const Step& step, const Result& left, const Result& right) {
  switch (step.op) {
    case Op::add:
      return {in_seconds(left, right.moment) + in_seconds(right, left.moment), left.moment || right.moment};
    case Op::subtract:
      return difference(left, right);
    case Op::multiply:
      return {left.value * right.value, false};
    case Op::divide:
      return {right.value == 0 ? k_nan : left.value / right.value, false};
    case Op::negate:
      return {-left.value, false};
    case Op::round:
      return {rounded(left.value, step.number), false};
    case Op::floor:
      return {std::floor(left.value), false};
    case Op::abs:
      return {std::abs(left.value), false};
    default:
      return extreme(step.op, left, right);
  }
}

}  // namespace

std::string_view value_type_name(ValueType type) {
  switch (type) {
    case ValueType::number:
      return "a number";
    case ValueType::date:
      return "a date";
    case ValueType::time:
      break;
  }
  return "a time";
}

RowExpression::RowExpression(std::vector<Step> steps) : steps_(std::move(steps)) {
  for (const Step& step : steps_)
    if (step.op == Op::column) columns_.push_back(step.column);
  std::sort(columns_.begin(), columns_.end());
  columns_.erase(std::unique(columns_.begin(), columns_.end()), columns_.end());
}

bool RowExpression::divides() const {
  return std::any_of(steps_.begin(), steps_.end(), [](const Step& step) { return step.op == Op::divide; });
}

ValueType RowExpression::type(std::span<const ValueType> types, const std::string& text) const {
  constexpr ValueType k_number = ValueType::number;
  std::vector<ValueType> found;
  const auto refuse = [&](ValueType left, ValueType right) {
    throw Error(Kind::bad_data,
                fmt::format("the rule {} computes with {} and {} as no rule can", errors::quoted(text),
                            value_type_name(left), value_type_name(right)),
                "dates are subtracted from each other, which gives days, and days are added to dates");
  };
  for (const Step& step : steps_) {
    const ValueType left = found.empty() ? k_number : found[step.left];
    const ValueType right = found.empty() ? k_number : found[step.right];
    ValueType result = k_number;
    switch (step.op) {
      case Op::number:
        break;
      case Op::column:
        result = types[step.column];
        break;
      case Op::add:
        if (left != k_number && right != k_number) refuse(left, right);
        result = left == k_number ? right : left;
        break;
      case Op::subtract:
        if (left != right && right != k_number) refuse(left, right);
        result = left == right ? k_number : left;
        break;
      case Op::min:
      case Op::max:
        if (left != right) refuse(left, right);
        result = left;
        break;
      case Op::multiply:
      case Op::divide:
        if (left != k_number || right != k_number) refuse(left, right);
        break;
      default:
        if (left != k_number) refuse(left, k_number);
    }
    found.push_back(result);
  }
  return found.back();
}

long double RowExpression::value(std::span<const long double> values,
                                 std::span<const ValueType> types) const {
  std::array<Result, k_most_steps>
      found;  // NOLINT(cppcoreguidelines-pro-type-member-init): each before it is read
  found[0] = {0, false};
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const Step& step = steps_[i];
    if (step.op == Op::number)
      found[i] = {step.number, false};
    else if (step.op == Op::column)
      found[i] = {values[step.column], types[step.column] != ValueType::number};
    else
      found[i] = applied(step, found[step.left], found[step.right]);
  }
  return found[steps_.size() - 1].value;
}

RowRule parse_rule(std::string_view text, std::span<const std::string> columns) {
  RowRule rule;
  rule.text = std::string(texts::trimmed(text));
  Reader reader(rule.text, columns);
  if (reader.at_end()) reader.refuse("is empty");
  rule.columns.push_back(reader.need_column());
  if (reader.take(',')) {
    rule.form = RowRule::Form::combination;
    do rule.columns.push_back(reader.need_column());
    while (reader.take(','));
    if (!reader.at_end()) reader.refuse_here();
  } else if (const auto comparison = reader.comparison()) {
    if (*comparison == Comparison::not_equal) reader.refuse("cannot keep two columns apart");
    if (*comparison == Comparison::equal) {
      read_equation(reader, rule, columns);
      return rule;
    }
    read_order(reader, *comparison, rule);
  } else {
    if (!reader.at_end()) reader.refuse_here();
    reader.refuse("has no operator");
  }
  require_distinct(rule, columns);
  return rule;
}

std::string name_in_rule(const std::string& name) {
  const bool plain =
      !name.empty() && std::all_of(name.begin(), name.end(), is_word) && !table::is_digit(name.front());
  if (plain) return name;
  for (const char quote : k_quotes)
    if (name.find(quote) == std::string::npos) return fmt::format("{}{}{}", quote, name, quote);
  return name;
}

}  // namespace ctgan::conditions
