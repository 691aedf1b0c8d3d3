// Columns of text that would be numbers or dates, were it not for a few cells: "-", "<0.5", "Total".
//
//     for (const OddCells& odd : find_odd_cells(table, metadata)) note(odd_cells_text(odd, metadata));
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/table/metadata.h"
#include "common/table/table.h"

namespace ctgan::table {

struct OddCells {
  std::string column;
  bool dates = false;              // what the others are; else numbers
  std::vector<std::string> texts;  // the odd ones, those of most rows first
  std::size_t rows = 0;            // with any of them
  std::size_t of = 0;              // rows of the table
  std::size_t first_row = 0;       // with any of them, counted from 1
  std::uint64_t first_line = 0;    // in the file, where that is known; else 0
};

// At most five different odd texts to a column, and at least ten different numbers or dates in half of its
// rows that have a value. REQUIRES: metadata describes the table.
std::vector<OddCells> find_odd_cells(const Table& table, const Metadata& metadata);

// "column 'x' is text because of '-' in 67 of 400 rows, first in line 2: --missing '-' makes it a number".
// The flag names what stands for missing values in other columns, too, since it takes the place of the list
// that holds without it.
std::string odd_cells_text(const OddCells& odd, const Metadata& metadata);

}  // namespace ctgan::table
