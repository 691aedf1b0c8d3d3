// Parquet files, by Arrow's library, which is opened at run time (parquet_contract.h): it is large, and not everybody has it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/files/byte_sink.h"
#include "common/files/byte_source.h"
#include "common/table_formats/row_format.h"
#include "host/table_files/typed_table.h"

namespace ctgan::host::table_files {

// Null unless the file begins as Parquet files do.
std::unique_ptr<TypedSource> parquet_source(const std::filesystem::path& file);

// Throws Error(unavailable), with the next step, unless Parquet can be read and written here.
void require_parquet();

struct CsvRows {
  std::string name;  // in messages
  table_formats::CellTypes types;
  std::function<std::unique_ptr<files::ByteSource>()> open;  // from the first byte, as often as asked for
};

// Columns get the types that they had in a Parquet file, others those of their cells. Returns a sentence for each column
// whose cells do not fit the type that it had. Throws Error(unavailable), Error(bad_data), Error(io), and what `open` and
// `out` throw.
std::vector<std::string> write_parquet(const CsvRows& rows, files::ByteSink& out);

}  // namespace ctgan::host::table_files
