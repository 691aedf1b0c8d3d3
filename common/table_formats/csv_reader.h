// CSV in (RFC 4180): double quotes, LF, CRLF or CR alone, UTF-8 with or without a byte order mark, commas, or
// what a CsvDialect says instead; plain or gzip, told apart by content. The first record is the header. Types
// are inferred over the whole file: int64 when every cell is an integer that fits or a missing value, float64
// when every cell is a number or a missing value, bool when every cell is True/False in one of pandas'
// spellings, else text. Spaces around a number are kept where the whole column has as many; in text columns
// every byte is kept. A number with a leading zero (007) or a leading plus, and a whole number beyond 64
// bits, make their column text.
//
// As in pandas empty lines are no rows, but for a table of one column, where they are empty cells; and a
// column without a name is called 'Unnamed: 0' by its place, counted from 0. Columns at the end that have
// neither name nor cell (a delimiter at the end of each line, a spreadsheet's empty columns) are left out,
// and Excel's first line "sep=;" says the delimiter.
//
//     table::Table t = table_formats::read_csv("people.csv");
//
// One pass over bounded blocks, on up to eight threads; memory is the table's, which does not depend on their
// number. Safe to call from several threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "common/files/byte_source.h"
#include "common/table/missing_texts.h"
#include "common/table/table.h"
#include "common/table_formats/csv_dialect.h"

namespace ctgan::table_formats {

struct CsvLimits {
  std::size_t record_bytes = std::size_t{16} << 20;  // one record, a quoted line break included
  std::size_t columns = 20'000;
  // gzip input: bytes it may unpack to, as a guard against bombs.
  std::uint64_t unpacked_bytes = std::uint64_t{64} << 30;
};

// Throws Error(no_input) for a missing file, (io) for a failed read and (bad_data) for: an empty file; a
// header without rows; ragged rows (line numbers of the first five, with found and expected cell counts); an
// unterminated quote (line where it starts); a first record that is no header (csv_oddities.h); a NUL byte,
// bytes that the encoding does not have (line and byte offset; hint: an encoding judged by the bytes); UTF-16
// that is not named (by its byte order mark or its zero bytes); a spreadsheet or a packed file; duplicate
// column names; a last column without a name; a single column whose header holds another delimiter (hint: the
// flag); a number with a point where the dialect says decimal comma; an infinite number in a column of
// numbers; a limit; truncated or damaged gzip. The dialect is that of the file's name.
table::Table read_csv(const std::filesystem::path& path, const CsvLimits& limits = {},
                      const table::MissingTexts& missing = {});
// The same for bytes that are unpacked already; `name` stands for them in messages.
table::Table read_csv(files::ByteSource& source, std::string_view name, const CsvLimits& limits = {},
                      const table::MissingTexts& missing = {});

struct DelimitedTable {
  table::Table table;
  char delimiter = ',';  // of the dialect, or what the file showed
  // What the header left open and how it was settled, in whole sentences.
  std::vector<std::string> remarks = {};
};
// The same for any dialect.
DelimitedTable read_delimited(files::ByteSource& source, std::string_view name, const CsvDialect& dialect,
                              const table::MissingTexts& missing = {}, const CsvLimits& limits = {});
// The same with every cell as the text that it is: no column becomes numbers.
DelimitedTable read_texts(files::ByteSource& source, std::string_view name, const CsvDialect& dialect,
                          const CsvLimits& limits = {});

}  // namespace ctgan::table_formats
