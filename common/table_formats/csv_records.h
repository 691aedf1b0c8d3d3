// Cuts a stream of CSV bytes into records and cells, in one pass over bounded blocks.
//
//     CsvRecords records(source, "people.csv", dialect, limits);
//     CsvBlock block;
//     while (records.read(block)) use(block.records, block.cells);
//
// Not safe to share between threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/files/byte_source.h"
#include "common/table_formats/csv_delimiter.h"
#include "common/table_formats/csv_dialect.h"
#include "common/table_formats/csv_reader.h"
#include "common/table_formats/padded_load.h"

namespace ctgan::table_formats {

class CsvMarks;

struct CsvRecord {
  std::uint64_t line = 0;  // of the file, from 1, in which the record starts
  std::size_t first = 0;   // cell of the block
  std::size_t cells = 0;
  bool blank = false;  // an empty line
};

// A stretch of whole records. The cells stand without their quotes; k_readable_bytes behind the end of each
// may be read as well.
struct CsvBlock {
  std::vector<CsvRecord> records;
  std::vector<std::string_view> cells;  // record by record, pointing into `bytes`
  std::vector<char> bytes;
};

class CsvRecords {
 public:
  // `source` must outlive it. `name` stands for the input in messages.
  CsvRecords(files::ByteSource& source, std::string_view name, const CsvDialect& dialect,
             const CsvLimits& limits);

  // Reads the next block, at least one record; false at the end. Lines that the dialect leaves out, and a
  // first line "sep=;" as Excel writes it, are no records. What the block held goes, other blocks stay as
  // they are. Throws Error(bad_data) for what CSV cannot be: bytes that are no UTF-8 text, a quote that is
  // never closed, text after a closing quote, a limit; and whatever the source throws. The records before a
  // bad one are handed out first.
  bool read(CsvBlock& block);
  // Whether read() may give another block.
  bool ended() const { return at_end_ && rest_.empty() && failure_ == nullptr; }
  // What the dialect says or the beginning shows. REQUIRES: read() was called.
  char delimiter() const { return delimiter_; }
  // What the beginning shows where the dialect does not say; certain or not.
  const std::optional<DelimiterGuess>& guess() const { return guess_; }

 private:
  enum class Scan { whole, needs_more };

  void start(CsvBlock& block);
  void fill();
  void turn_returns(std::size_t from);
  void make_room();
  void check_start();
  std::string_view judged_text(std::string_view bytes);
  bool take_separator_line(std::string_view text);
  void check_encoding();
  [[noreturn]] void refuse_line(std::uint64_t line, std::string_view what, std::string_view hint) const;
  [[noreturn]] void refuse_length() const;
  [[noreturn]] void refuse_width() const;

  bool skip_lines();
  bool skip_comment();
  void scan_records();
  Scan scan_record(CsvMarks& marks);
  Scan scan_quoted_record(const char* first, const char* end);
  const char* scan_quoted_cell(const char* quote, const char* end);
  const char* scan_bare_cell(const char* first, const char* end);
  void add_cell(const char* first, const char* end);
  void take_record(const char* first, const char* next_record, std::uint64_t lines, bool blank);
  const char* find_quote(const char* first, const char* end) const;
  void undouble_quotes();
  void drop_initial_spaces();
  std::uint64_t line_of(const char* place) const;

  std::unique_ptr<files::ByteSource> decoded_;
  std::unique_ptr<files::ByteSource> footless_;
  files::ByteSource& source_;
  std::string name_;
  CsvDialect dialect_;
  char delimiter_;
  std::optional<DelimiterGuess> guess_;
  CsvLimits limits_;

  CsvBlock* block_ = nullptr;  // the one that read() is filling
  // [begin_, checked_) of its bytes is known to be UTF-8, [checked_, end_) may be the front of one character.
  std::size_t begin_ = 0;
  std::size_t checked_ = 0;
  std::size_t end_ = 0;
  std::size_t capacity_;             // of a block
  std::uint64_t buffer_offset_ = 0;  // of the block's first byte in the input
  std::vector<char> rest_;           // behind the last whole record
  bool started_ = false;
  bool at_end_ = false;
  bool returns_end_lines_ = false;
  std::uint64_t lines_to_skip_;
  std::string uncommented_;  // the beginning, to guess by

  std::size_t first_cell_ = 0;        // of the record that is being scanned
  std::vector<std::size_t> doubled_;  // cells in which quotes stand twice
  std::uint64_t next_line_ = 1;
  std::exception_ptr failure_;
};

}  // namespace ctgan::table_formats
