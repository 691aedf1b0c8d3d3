// A table in an SQLite database on this machine, in the place of a CSV file: "shop.db:orders".
//
// NULL is an empty cell, and back. Columns that are declared BOOLEAN and hold 0 and 1 are True and False; a text stays
// one, also where it is all digits.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/files/byte_source.h"
#include "common/table_formats/row_format.h"
#include "host/table_files/typed_table.h"

namespace ctgan::host::table_files {

struct TablePlace {
  std::filesystem::path file;
  std::string table;
};

// The table that a word names which is to be read: of "FILE:TABLE" the file is an SQLite database. Nothing for any other
// word. Throws Error(usage) for such a file without a table, with the tables that it has.
std::optional<TablePlace> table_to_read(const std::string& word);

// The same of one that is to be written: the file ends in .db, .sqlite or .sqlite3, or is an SQLite database.
std::optional<TablePlace> table_to_write(const std::string& word);

// A table or a view, as it is at one moment; the database is not changed. `left_out`: columns that need not be read.
// Throws Error(no_input) for a table that there is not, Error(usage) for such a column to leave out, with the closest;
// Error(bad_data) for a column with binary cells,
// and for a damaged database; Error(try_again) where another program holds it for ten seconds.
TypedTable read_table(const TablePlace& place, const std::vector<std::string>& left_out);

// The same as a source; null where table_to_read is nothing.
std::unique_ptr<TypedSource> sqlite_source(const std::string& word);

// Throws Error(cannot_create) where a table of that name exists and `replace` is false, and where a view has the name.
void check_writable(const TablePlace& place, bool replace);

// Writes the rows of `csv` (`types` as the server noted them) as a new table, or in the place of the old one: all of it,
// or nothing. A database that there is not is made. Throws as check_writable, Error(try_again) as above, Error(io).
void write_table(const TablePlace& place, files::ByteSource& csv, const table_formats::CellTypes& types,
                 bool replace);

}  // namespace ctgan::host::table_files
