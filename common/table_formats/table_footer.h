// Rows that are none: a total under the table, a header that was written twice.
#pragma once

#include "common/table/metadata.h"
#include "common/table/table.h"

namespace ctgan::table_formats {

// Refuses a table in which one of the last rows makes a text column of what would be numbers, or says that it
// is the total; and one in which a column of numbers holds its own name, as files have that were joined.
// Throws Error(bad_data) that names the column, the cell and the way out. Columns whose kind `request` says
// pass.
void refuse_footer(const table::Table& table, const table::TableRequest& request);

}  // namespace ctgan::table_formats
