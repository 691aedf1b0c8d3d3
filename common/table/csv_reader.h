// CSV in (RFC 4180): comma, double quotes, LF or CRLF, UTF-8 with or without a byte order mark; plain or
// gzip, told apart by content. The first record is the header. Types are inferred over the whole file: int64
// when every cell is an integer that fits or a missing value, float64 when every cell is a number or a
// missing value, bool when every cell is True/False in one of pandas' spellings, else text. Spaces around a
// number are kept where the whole column has as many; in text columns every byte is kept. A number with a
// leading zero (007) or a leading plus, and a whole number beyond 64 bits, make their column text.
//
//     table::Table t = table::read_csv("people.csv");
//
// One pass over bounded blocks, on up to eight threads; memory is the table's, which does not depend on their
// number. Safe to call from several threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "common/files/byte_source.h"
#include "common/table/missing_texts.h"
#include "common/table/table.h"

namespace ctgan::table {

struct CsvLimits {
  std::size_t record_bytes = std::size_t{16} << 20;  // one record, a quoted line break included
  std::size_t columns = 20'000;
  // gzip input: bytes it may unpack to, as a guard against bombs.
  std::uint64_t unpacked_bytes = std::uint64_t{64} << 30;
};

// Throws Error(no_input) for a missing file, (io) for a failed read and (bad_data) for: an empty file; a
// header without rows; ragged rows (line numbers of the first five, with found and expected cell counts); an
// unterminated quote (line where it starts); a NUL byte, invalid UTF-8 (line and byte offset); UTF-16 (by its
// byte order mark or its zero bytes: hint names iconv); a spreadsheet or a packed file; duplicate or empty
// column names; a single column whose header holds ';', '|' or a tab (hint: the delimiter); an infinite
// number in a column of numbers; a limit; truncated or damaged gzip.
Table read_csv(const std::filesystem::path& path, const CsvLimits& limits = {},
               const MissingTexts& missing = {});
// The same for bytes that are unpacked already; `name` stands for them in messages.
Table read_csv(files::ByteSource& source, std::string_view name, const CsvLimits& limits = {},
               const MissingTexts& missing = {});

}  // namespace ctgan::table
