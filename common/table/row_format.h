// The forms in which drawn rows come home, and what their files are called.
//
//   csv     commas, UTF-8: as the server keeps them
//   tsv     the same with tabs
//   jsonl   one JSON object a line
//   json    one array of them
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/table/metadata.h"

namespace ctgan::table {

enum class RowFormat { csv, tsv, jsonl, json };

// "csv", "tsv", "jsonl", "json". Throws Error(usage) with the closest.
RowFormat parse_row_format(std::string_view text);
std::string_view row_format_name(RowFormat format);
// By the end of the name, ".gz" left out: .csv, .tsv, .tab, .jsonl, .ndjson, .json. Empty for others.
std::optional<RowFormat> row_format_of_name(std::string_view file_name);

// What JSON has to know of the columns, a letter each in their order: 'n' for numbers, 'b' for True and
// False, 't' for text. The server keeps it in the header of the packed rows (files::GzipPieces).
std::string cell_types(const Metadata& metadata);

}  // namespace ctgan::table
