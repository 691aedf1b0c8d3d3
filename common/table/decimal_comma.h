// Numbers that are written 1,5.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/table/csv_dialect.h"
#include "common/table/table.h"

namespace ctgan::table {

struct CsvBlock;

// Gives every cell that is a number with a decimal comma a point instead, from the record `first` on;
// whatever else holds a comma stays. Throws Error(bad_data) with the line for a number with a point: 1.234
// would be another number to whoever wrote it. `name` stands for the input, in quotes.
void point_decimals(CsvBlock& block, std::size_t first, std::string_view name);

// Refuses a table whose cells are not separated by commas, that was read with decimal points and has a text
// column of nothing but numbers, some of them with a decimal comma: Error(bad_data) that names the column,
// the flag and the way to take them as categories. Columns in `taken` pass.
void refuse_decimal_commas(const Table& table, const CsvDialect& dialect,
                           const std::vector<std::string>& taken);

}  // namespace ctgan::table
