// Sheets of Excel workbooks (.xlsx, .xlsm) as tables.
//
// A sheet is read as it shows: dates and times by the formats of their cells, numbers to 15 digits, formulas as what they
// gave when the workbook was saved, errors (#N/A) as empty cells. A line of CSV is a row of the sheet, from its first one
// on, so that '--skip-rows' counts as the program does that made it.
#pragma once

#include <memory>
#include <string>

#include "host/table_files/typed_table.h"

namespace ctgan::host::table_files {

// "sales.xlsx", where one sheet shows and has cells, or "sales.xlsx:May". Null unless the file is such a workbook. Throws as
// typed_source; Error(bad_data) for a damaged workbook.
std::unique_ptr<TypedSource> spreadsheet_source(const std::string& word);

}  // namespace ctgan::host::table_files
