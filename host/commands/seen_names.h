// What the server showed last, kept on this machine so that a shell can complete it without asking the server again:
// names of models and synthetic tables, and the columns of models that were made from here.
//
// It is a convenience: what cannot be read or written is as if nothing had been seen.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common/table_formats/csv_dialect.h"
#include "host/commands/stored_files.h"

namespace ctgan::host::commands {

// Newest first, in place of what was there.
void remember_names(Store store, const std::vector<std::string>& names);
std::vector<std::string> seen_names(Store store);

void remember_columns(const std::string& model, const std::vector<std::string>& columns);
// Of a model by its name, 'latest' or 'latest:NAME'; empty where they were not seen.
std::vector<std::string> seen_columns(const std::string& word);

// The columns of a table on this machine, by its first lines; empty where it is none.
std::vector<std::string> columns_of_file(const std::filesystem::path& path,
                                         const table_formats::CsvDialect& dialect);

}  // namespace ctgan::host::commands
