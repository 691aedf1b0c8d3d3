// The flags with which any of our commands is told how a table is written and what its columns are.
//
//     TableFlags flags;
//     add_table_flags(app, flags);
//     ... parse ...
//     table_formats::FileRequest request = table_request(flags, "people.tsv");
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/table/metadata.h"
#include "common/table_formats/csv_dialect.h"
#include "common/table_formats/file_request.h"

namespace ctgan::command_line {

// Texts as they were given.
struct TableFlags {
  table_formats::DialectWords dialect;
  std::vector<std::string> discrete, continuous, identifier, drop, missing;
  std::string metadata;  // a metadata file
  // Not a flag: what is said of the columns in its place, where there is no such file.
  std::map<std::string, table::ColumnRequest> columns;
};

// How the file is written, which columns are left out and what stands for a missing value. `flags` must outlive the
// parsing.
void add_file_flags(CLI::App& app, TableFlags& flags);
// These, and what the columns are.
void add_table_flags(CLI::App& app, TableFlags& flags);

// The flags override what the metadata file says of a column; where they say nothing of the dialect, the
// file's name does. Throws Error(usage) for a column named for two kinds or a bad dialect, Error(no_input)
// and Error(bad_data) for the metadata file.
table_formats::FileRequest table_request(const TableFlags& flags, std::string_view file_name);

// The flags that a metadata file says nothing of, as they would be typed again: " --drop 'last name'
// --decimal ,".
std::string beside_metadata(const TableFlags& flags);

// In single quotes unless a shell leaves every byte of it alone.
std::string shell_word(const std::string& text);

}  // namespace ctgan::command_line
