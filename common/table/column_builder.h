// One column while it is read: numbers until a cell is none, text from then on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "common/table/number_cells.h"
#include "common/table/table.h"
#include "common/table/text_cells.h"

namespace ctgan::table {

class ColumnBuilder {
 public:
  void add(std::string_view cell, std::uint64_t line);
  // Throws as NumberCells::finish.
  Column finish(std::string name) &&;

 private:
  void turn_into_text();

  std::variant<NumberCells, TextCells> cells_;
};

}  // namespace ctgan::table
