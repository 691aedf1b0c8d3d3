#include "common/table_formats/column_builder.h"

#include <utility>

#include "common/table_formats/padded_load.h"

namespace ctgan::table_formats {

void ColumnBuilder::add(std::span<const CsvRow> rows, std::size_t column) {
  if (auto* numbers = std::get_if<NumberCells>(&cells_)) {
    rows = rows.subspan(numbers->add(rows, column));
    if (rows.empty()) return;
    first_text_line_ = rows.front().line;
    turn_into_text();
  }
  std::get<TextCells>(cells_).add(rows, column);
}

void ColumnBuilder::turn_into_text() {
  const NumberCells numbers = std::move(std::get<NumberCells>(cells_));
  auto& texts = cells_.emplace<TextCells>();
  std::string scratch;
  for (std::size_t row = 0; row < numbers.rows(); ++row) {
    scratch.clear();
    numbers.append_text(row, scratch);
    const std::size_t length = scratch.size();
    scratch.append(k_readable_bytes, ' ');
    texts.add({scratch.data(), length});
  }
}

table::Column ColumnBuilder::finish(std::string name) && {
  const auto* numbers = std::get_if<NumberCells>(&cells_);
  if (numbers != nullptr && numbers->wants_text()) turn_into_text();
  table::Column column =
      std::visit([&name](auto& cells) { return std::move(cells).finish(std::move(name)); }, cells_);
  column.first_text_line = first_text_line_;
  return column;
}

}  // namespace ctgan::table_formats
