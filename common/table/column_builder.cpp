#include "common/table/column_builder.h"

#include <utility>

namespace ctgan::table {

void ColumnBuilder::add(std::string_view cell, std::uint64_t line) {
  if (auto* numbers = std::get_if<NumberCells>(&cells_)) {
    if (numbers->add(cell, line)) return;
    turn_into_text();
  }
  std::get<TextCells>(cells_).add(cell);
}

void ColumnBuilder::turn_into_text() {
  const NumberCells numbers = std::move(std::get<NumberCells>(cells_));
  auto& texts = cells_.emplace<TextCells>();
  std::string scratch;
  for (std::size_t row = 0; row < numbers.rows(); ++row) texts.add(numbers.text(row, scratch));
}

Column ColumnBuilder::finish(std::string name) && {
  return std::visit([&name](auto& cells) { return std::move(cells).finish(std::move(name)); }, cells_);
}

}  // namespace ctgan::table
