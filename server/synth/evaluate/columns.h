// The tables that are compared, reduced to numbers and codes: the one place of this room that knows cells,
// spellings and kinds of columns. Everything else works on what comes from here.
//
//   numeric      numerical and datetime columns: numbers, moments as Axis::moment says; NaN where the cell
//                is missing
//   categorical  categorical, boolean, constant and all_missing ones: codes into the union of the tables'
//                texts; k_missing_code where the cell is missing
//   left_out     identifiers: no cells
//
// Assumes of table::Metadata: one entry a column of the original, by name. A cell is missing when the table's
// mask says so, when its text is empty or one of the column's missing_texts, in text cells of numeric columns
// also when pandas would take it for missing. Time zones are left aside: moments are local time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "common/table/metadata.h"
#include "common/table/table.h"
#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

inline constexpr std::uint32_t k_missing_code = std::numeric_limits<std::uint32_t>::max();

enum class Side { original, held_out, synthetic };

struct Cells {
  std::vector<double> numbers;       // numeric columns
  std::vector<std::uint32_t> codes;  // categorical columns
};

struct ComparedColumn {
  std::string name;
  std::string kind;  // table::kind_name
  ColumnShape shape = ColumnShape::left_out;
  Axis axis = Axis::number;
  std::vector<std::string> labels;  // categorical: the text of each code, the original's first
  std::array<Cells, 3> cells;

  const Cells& of(Side side) const { return cells[static_cast<std::size_t>(side)]; }
};

struct ComparedTables {
  std::vector<ComparedColumn> columns;  // in the order of the original
  RowCounts counts;

  std::size_t rows(Side side) const;
  // Places of the columns that were not left out.
  std::vector<std::size_t> used() const;
};

// `held_out` may be null. Columns are matched by name, in any order. Throws Error(bad_data) naming the column
// and the table: a column that one table lacks or has beyond the original's; text where the original holds
// numbers; a table with fewer than two rows; no column that can be compared.
// REQUIRES: metadata describes `original`.
ComparedTables compare_tables(const table::Table& original, const table::Table* held_out,
                              const table::Table& synthetic, const table::Metadata& metadata);

}  // namespace ctgan::synth::evaluate
