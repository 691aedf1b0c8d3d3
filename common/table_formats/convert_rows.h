// Stored rows in another format, as a stream: memory does not grow with them.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "common/files/byte_sink.h"
#include "common/files/byte_source.h"
#include "common/table_formats/row_format.h"

namespace ctgan::table_formats {

// Calls `take` with the cells of each record, the header first; all have as many. Throws Error(bad_data) for a record that
// has another number of cells, and what CsvRecords throws.
void for_each_record(files::ByteSource& csv, std::string_view name,
                     const std::function<void(const std::string_view* cells, std::size_t count)>& take);

// Reads what a CsvWriter wrote and writes it into `sink`, CSV byte for byte. Only JSON needs the `types`.
// REQUIRES: the format is not Parquet.
// `name` stands for the rows in messages. Throws Error(bad_data) when JSON is asked for and the types do not
// fit the columns, when a row has another number of cells than the header, and what CsvRecords throws.
void convert_rows(files::ByteSource& csv, std::string_view name, const CellTypes& types, RowFormat format,
                  files::ByteSink& sink);

}  // namespace ctgan::table_formats
