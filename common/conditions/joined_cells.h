// The cells of some columns of a row as one text: "Germany|Bavaria|Munich".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/table/table.h"

namespace ctgan::conditions {

// A cell as its category's text; a number's shortest; the text that stands for a missing value.
std::string cell_text(const table::Column& column, std::size_t row);

// And back; a bar or backslash in a cell has a backslash before it.
std::string joined(std::span<const std::string> cells);
std::vector<std::string> split(std::string_view joined);

// Rows as codes of the combinations that they have.
struct JoinedCells {
  std::vector<std::uint32_t> codes;  // by row
  std::vector<std::string> texts;    // by code, in order of first appearance
  std::vector<std::uint64_t> rows;   // with each
};
JoinedCells join_columns(const table::Table& table, const std::vector<std::size_t>& columns);

// The same without texts, for one column: equal cells have equal codes, in order of first appearance.
std::vector<std::uint32_t> cell_codes(const table::Column& column);

}  // namespace ctgan::conditions
