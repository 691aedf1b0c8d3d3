// The forms in which drawn rows come home, and what their files are called.
//
//   csv     commas, UTF-8: as the server keeps them
//   tsv     the same with tabs
//   jsonl   one JSON object a line
//   json    one array of them
//   parquet columns with types, which the host's host/table_files writes
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/table/metadata.h"

namespace ctgan::table_formats {

enum class RowFormat { csv, tsv, jsonl, json, parquet };

// "csv", "tsv", "jsonl", "json", "parquet". Throws Error(usage) with the closest.
RowFormat parse_row_format(std::string_view text);
std::string_view row_format_name(RowFormat format);
// By the end of the name, ".gz" left out: .csv, .tsv, .tab, .jsonl, .ndjson, .json, .parquet, .pq.
// Empty for others.
std::optional<RowFormat> row_format_of_name(std::string_view file_name);

// The same for a file that is to be written: CSV where the name has no extension. Throws Error(usage) with
// the next step for an extension of another format, which the file would not have.
RowFormat row_format_of_output(std::string_view file_name);
// The same for a file of one format: any extension but this one, "html", is refused; none is well.
void require_extension(std::string_view file_name, std::string_view extension);
// Throws as row_format_of_output for an extension that is known to mean another format, whatever was asked
// for.
void refuse_foreign_output(std::string_view file_name);

// What JSON has to know of the columns.
struct CellTypes {
  // One a column, in their order: 'n' for numbers, 'b' for True and False, 't' for text; 'T' for text where
  // `missing` stands for missing values.
  std::string letters;
  std::vector<std::string> missing;  // sorted
  // ColumnMetadata::storage_type, one a column; empty where no column has one.
  std::vector<std::string> storage = {};

  // Whether a text in this column stands for a missing value. REQUIRES: there is such a column.
  bool means_missing(std::size_t column, std::string_view cell) const;
};
CellTypes cell_types(const table::Metadata& metadata);

// As text and back: the letters, then each missing text behind a NUL byte, as many as 65,000 bytes hold; among them the
// storage types, each behind a byte 1, where they fit. The server keeps it in the header of the packed rows
// (files::GzipPieces).
std::string to_note(const CellTypes& types);
CellTypes cell_types_of_note(std::string_view note);

}  // namespace ctgan::table_formats
