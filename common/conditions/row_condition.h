// Conditions that a row must satisfy, as a user types them: COLUMN OP VALUE, where OP is one of
// = != < <= > >= and blanks around it do not matter.
//
//     RowCondition condition = parse_condition("income=>50K", table_columns);   // income, =, ">50K"
//     BoundCondition bound(condition, {.name = "income", .categories = categories});
//     bound.sift(block, keep);
//
//   - The column is the longest name that the text begins with and an operator follows.
//   - "COLUMN=" and "COLUMN!=" ask for missing values and for cells that are none.
//   - "age=>65" is "age>=65" and "age=<65" is "age<=65", unless the column has that very text: "income=>50K" is what it
//     says.
//   - != holds wherever = does not, missing values included; the other four never hold for one.
//   - Numbers compare as numbers. A text column compares by = and != as text, by the others only where its
//     texts are numbers, dates in its own format or ISO 8601, or times (column_domain.h).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/conditions/column_domain.h"
#include "common/conditions/comparison.h"
#include "common/table/table.h"

namespace ctgan::conditions {

struct RowCondition {
  std::string text;        // as it was typed
  std::size_t column = 0;  // in the names that it was parsed against
  Comparison comparison = Comparison::equal;
  std::string value;  // behind the operator, blanks included
};

// Throws Error(usage): no operator; no such column, with the closest; an order that needs a value and has
// none.
RowCondition parse_condition(std::string_view text, std::span<const std::string> columns);

// The position of the category that `value` means (meant_categories.h). Throws Error(usage) naming value and column,
// with the nearest categories. REQUIRES: there are categories.
std::size_t find_category(const ColumnDomain& column, std::string_view value);

// A condition whose value was found to fit its column. Immutable, safe to share between threads.
class BoundCondition {
 public:
  // Throws Error(usage) when the column holds numbers and the value is none, has no such category, or has no
  // order that fits the value.
  BoundCondition(const RowCondition& condition, const ColumnDomain& column);

  std::size_t column() const { return condition_.column; }
  const std::string& value() const { return condition_.value; }
  // What cells are compared with where they are numbers, dates or times; nothing where they are texts.
  std::optional<long double> bound() const;
  // Whether no cell below the bound, or none above it, satisfies it.
  bool bounds_below() const;
  bool bounds_above() const;
  const std::string& text() const { return condition_.text; }
  // What it was taken for: "income is '>50K'", "age is at least 65", "born is missing".
  std::string understood() const;
  // Whether a row with that text in the column satisfies it.
  bool admits(std::string_view cell) const;
  // Clears keep[row] for the rows that do not satisfy it. Throws Error(bad_data) for a cell that has no order
  // where one is needed. REQUIRES: keep has an entry a row.
  void sift(const table::Table& block, std::vector<std::uint8_t>& keep) const;

 private:
  enum class Test : std::uint8_t { missing, text, ordered };

  void bind_text();
  void bind_order();
  void sift_texts(const table::Categories& cells, std::vector<std::uint8_t>& keep) const;

  ColumnDomain column_;
  CellOrder order_;
  RowCondition condition_;
  Test test_ = Test::text;
  std::string wanted_;  // Test::text
  Ordered bound_;       // Test::ordered
};

}  // namespace ctgan::conditions
