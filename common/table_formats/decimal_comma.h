// Numbers that are written 1,5.
#pragma once

#include <cstddef>
#include <string_view>

#include "common/table/table.h"
#include "common/table_formats/file_request.h"

namespace ctgan::table_formats {

struct CsvBlock;

// Gives every cell that is a number with a decimal comma a point instead, from the record `first` on;
// whatever else holds a comma stays. Throws Error(bad_data) with the line for a number with a point: 1.234
// would be another number to whoever wrote it. `name` stands for the input, in quotes.
void point_decimals(CsvBlock& block, std::size_t first, std::string_view name);

// Refuses a table whose cells are not separated by commas, that was read with decimal points and has a text
// column of nothing but numbers and missing values, some of them with a decimal comma: Error(bad_data) that
// names the column, the flag and the way to take them as categories. Columns whose kind `request` says pass.
void refuse_decimal_commas(const table::Table& table, char delimiter, const FileRequest& request);

}  // namespace ctgan::table_formats
