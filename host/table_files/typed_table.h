// A table in another file than a text: of a database, a Parquet file, a spreadsheet. It is turned into CSV, with what its
// file says of the columns beside it, and is a table like any other from then on.
//
//     if (const auto source = typed_source("shop.db:orders")) {
//       TypedTable table = source->read({});
//       ... table.csv->path() ...
//     }
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/files/spool.h"
#include "common/table/metadata.h"

namespace ctgan::host::table_files {

struct TypedTable {
  std::unique_ptr<files::Spool> csv;  // an empty cell is a missing value, and nothing else is
  // What the file says of columns: a kind, where it leaves no doubt, and a storage type.
  std::map<std::string, table::ColumnRequest> columns = {};
  // Whether the columns to leave out are gone; otherwise they are to be dropped of the CSV.
  bool columns_left_out = false;
};

class TypedSource {
 public:
  TypedSource() = default;
  TypedSource(const TypedSource&) = delete;
  TypedSource& operator=(const TypedSource&) = delete;
  virtual ~TypedSource() = default;

  // What a model of this table is called where nobody names it.
  virtual std::string name() const = 0;
  // `left_out`: columns that need not be read. Throws Error(usage) for one that there is not, with the closest;
  // Error(bad_data) for a damaged file, and a column whose cells have no texts; Error(unavailable) where the library that
  // reads such files is not installed.
  virtual TypedTable read(const std::vector<std::string>& left_out) const = 0;
};

// The table that a word names; null where it names a text, or no file. Throws Error(usage) where the file holds several
// tables and none is named, with the names; Error(no_input) for a table that it has not.
std::unique_ptr<TypedSource> typed_source(const std::string& word);

}  // namespace ctgan::host::table_files
