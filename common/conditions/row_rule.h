// What a user says of the cells of every row, so that it holds in drawn rows as well:
//
//     total = price * quantity + shipping     an equation: the column on the left is computed from the others
//     start <= end                            an order of two or more columns: low < value <= high
//     country, region, city                   combinations: only those that the table has
//
// Expressions have + - * / parentheses, numbers, columns, round(x), round(x, 2), floor(x), abs(x), min(a, b)
// and max(a, b). The difference of two dates is a number of days, and days may be added to a date. A column
// stands as it is named, the longest name that fits; in quotes ("a", 'a' or `a`) where that would be read as
// something else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/conditions/comparison.h"

namespace ctgan::conditions {

// What stands in a cell, for a rule: a number, or a point in time.
enum class ValueType : std::uint8_t { number, date, time };
std::string_view value_type_name(ValueType type);  // "a number", "a date", "a time"

// An arithmetic expression over the columns of one row. Immutable, safe to share between threads.
class RowExpression {
 public:
  enum class Op : std::uint8_t {
    number,
    column,
    add,
    subtract,
    multiply,
    divide,
    negate,
    round,
    floor,
    abs,
    min,
    max
  };
  // Operands stand before what uses them; the last step is the whole.
  struct Step {
    Op op = Op::number;
    long double number = 0;  // Op::number; Op::round: ten to the power of the digits
    std::size_t column = 0;  // Op::column: in the names that it was parsed against
    std::size_t left = 0, right = 0;
  };

  RowExpression() = default;
  explicit RowExpression(std::vector<Step> steps);

  // Distinct, ascending.
  const std::vector<std::size_t>& columns() const { return columns_; }
  // Whether it may be no number though all its columns have one.
  bool divides() const;
  // What it gives when a column at place i of the table holds types[i]. Throws Error(bad_data) naming the
  // rule `text` when dates and numbers are mixed in a way that means nothing.
  ValueType type(std::span<const ValueType> types, const std::string& text) const;
  // `values`: of every column of the table, one row. Dates and times count in seconds. NaN where a value that
  // is needed is NaN, or for a division by zero. REQUIRES: type() was found good with these types.
  long double value(std::span<const long double> values, std::span<const ValueType> types) const;

 private:
  std::vector<Step> steps_;
  std::vector<std::size_t> columns_;
};

struct RowRule {
  enum class Form : std::uint8_t { equation, order, combination };

  std::string text;  // as it was typed, without blanks at the ends
  Form form = Form::equation;
  // An equation's target alone; what an order compares, from left to right; a combination's columns.
  std::vector<std::size_t> columns;
  std::vector<Comparison> comparisons;  // of an order: one between neighbours, < and <= or > and >=
  RowExpression expression;             // of an equation
};

// Throws Error(usage): none of the three forms, with the place; no such column, with the closest; a column
// twice; an equation whose target stands on both sides.
RowRule parse_rule(std::string_view text, std::span<const std::string> columns);

// The name as a rule reads it: in quotes where it must be.
std::string name_in_rule(const std::string& name);

}  // namespace ctgan::conditions
