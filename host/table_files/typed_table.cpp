#include "host/table_files/typed_table.h"

#include "host/table_files/parquet.h"
#include "host/table_files/spreadsheet.h"
#include "host/table_files/sqlite_table.h"

namespace ctgan::host::table_files {

std::unique_ptr<TypedSource> typed_source(const std::string& word) {
  if (auto source = sqlite_source(word)) return source;
  if (auto source = parquet_source(word)) return source;
  return spreadsheet_source(word);
}

}  // namespace ctgan::host::table_files
