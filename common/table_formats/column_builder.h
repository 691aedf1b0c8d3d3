// One column while it is read: numbers until a cell is neither a number nor missing, text from then on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>

#include "common/table/table.h"
#include "common/table_formats/csv_row.h"
#include "common/table_formats/number_cells.h"
#include "common/table_formats/text_cells.h"

namespace ctgan::table_formats {

class ColumnBuilder {
 public:
  // `missing` outlives this.
  explicit ColumnBuilder(const table::MissingTexts& missing) : cells_(NumberCells(missing)) {}
  // Text from the first cell on, whatever it says.
  static ColumnBuilder of_texts(const table::MissingTexts& missing) {
    ColumnBuilder builder(missing);
    builder.cells_.emplace<TextCells>();
    return builder;
  }

  // Takes cell `column` of every row.
  void add(std::span<const CsvRow> rows, std::size_t column);
  // Throws as NumberCells::finish.
  table::Column finish(std::string name) &&;

 private:
  void turn_into_text();

  std::variant<NumberCells, TextCells> cells_;
  std::uint64_t first_text_line_ = 0;
};

}  // namespace ctgan::table_formats
