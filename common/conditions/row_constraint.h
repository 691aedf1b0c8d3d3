// What must hold between the cells of one row: "start<=end" compares two columns, "city,country" asks for
// combinations that were in the training data.
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

struct RowConstraint {
  std::string text;                      // as it was typed
  std::vector<std::size_t> columns;      // distinct; two for a comparison, two or more for a combination
  std::optional<Comparison> comparison;  // none: a combination
};

// Blanks around operator, commas and names do not matter; a name may hold commas and operators itself.
// Throws Error(usage): neither form; no such column, with the closest; a column twice.
RowConstraint parse_constraint(std::string_view text, std::span<const std::string> columns);
// The positions of two or more distinct columns, "a,b". Throws Error(usage) as above.
std::vector<std::size_t> parse_column_list(std::string_view text, std::span<const std::string> columns);

// A comparison of two columns: sift() clears keep[row] for the rows that break it. Numbers compare with
// numbers, and texts that are numbers, dates or times with their like (column_domain.h); = and != between two
// text columns compare the texts. A row in which either value is missing breaks nothing. Throws
// Error(bad_data) naming column and cell where a text has no order, or another kind of order than the other
// side. Immutable, safe to share between threads.
class BoundComparison {
 public:
  // The domains of the two columns; their categories do not matter. REQUIRES: constraint.comparison.
  BoundComparison(RowConstraint constraint, ColumnDomain left, ColumnDomain right);

  const std::string& text() const { return constraint_.text; }
  // REQUIRES: keep has an entry a row.
  void sift(const table::Table& block, std::vector<std::uint8_t>& keep) const;

 private:
  void sift_texts(const table::Categories& left, const table::Categories& right,
                  std::vector<std::uint8_t>& keep) const;

  RowConstraint constraint_;
  ColumnDomain left_, right_;
  CellOrder left_order_, right_order_;
};

}  // namespace ctgan::conditions
