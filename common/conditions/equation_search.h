// Equations between columns of numbers and dates that hold in every row; the search behind rule_search.h.
#pragma once

#include <string>
#include <vector>

#include "common/conditions/row_rule.h"

namespace ctgan::conditions {

struct NumberColumn {
  std::size_t column = 0;  // in the table
  ValueType type = ValueType::number;
  long double grid = 0;             // CellValues::grid
  std::vector<long double> values;  // NaN where a cell is missing
};

struct FoundEquation {
  std::string text;                  // as parse_rule reads it
  std::vector<std::size_t> columns;  // the target first
};

// At most one a target, the simplest; none between columns that another has explained already. Of a sum the
// last column of the table is the target, since what was computed mostly stands behind what it was computed
// from.
std::vector<FoundEquation> find_equations(const std::vector<NumberColumn>& columns,
                                          const std::vector<std::string>& names);

}  // namespace ctgan::conditions
