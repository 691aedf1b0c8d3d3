// A Parquet file as CSV and back, by Arrow. What it does for the program is behind the C functions of
// host/table_files/parquet_contract.h, which library.cpp exports.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/files/byte_sink.h"
#include "common/files/byte_source.h"
#include "common/table_formats/row_format.h"

namespace ctgan::host::parquet {

struct ReadColumn {
  std::string name;
  std::string storage_type;
  bool is_categorical = false;  // a dictionary, or texts that are all digits
};

// Row group by row group: memory holds one at a time. Returns the columns that were read. Throws
// Error(bad_data) for a damaged or encrypted file, and for a column without texts (has_texts) that is not left out;
// Error(usage) for a column to leave out that there is not, with the closest.
std::vector<ReadColumn> read_parquet(const std::filesystem::path& file,
                                     const std::vector<std::string>& left_out, files::ByteSink& csv);

struct WrittenRows {
  std::string name;  // of the rows, in messages
  table_formats::CellTypes types;
  // The CSV from its first byte, as often as it is asked for.
  std::function<std::unique_ptr<files::ByteSource>()> open;
};

// Each column gets its storage type; where it has none or a cell is none of it, the first of the types of its kind of
// cells that has all of them: int64, double or string for numbers, bool or string, string. The rows are read twice.
// Returns a sentence for each column that did not get its storage type. Throws Error(bad_data) where `types` are not
// those of the columns, what CsvRecords throws, Error(io).
std::vector<std::string> write_parquet(const WrittenRows& rows, files::ByteSink& out);

}  // namespace ctgan::host::parquet
