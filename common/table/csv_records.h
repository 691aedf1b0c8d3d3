// Cuts a stream of CSV bytes into records and cells, in one pass over a bounded buffer.
//
//     CsvRecords records(source, "people.csv", limits);
//     while (records.next()) use(records.cells(), records.line());
//
// Not safe to share between threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/files/byte_source.h"
#include "common/table/csv_reader.h"

namespace ctgan::table {

class CsvRecords {
 public:
  // `source` must outlive it. `name` stands for the input in messages.
  CsvRecords(files::ByteSource& source, std::string_view name, const CsvLimits& limits);

  // Reads the next record; false at the end. Throws Error(bad_data) for what CSV cannot be: bytes that are no
  // UTF-8 text, a quote that is never closed, text after a closing quote, a limit; and whatever the source
  // throws.
  bool next();

  // The cells of the record, without their quotes; valid until the next call.
  const std::vector<std::string_view>& cells() const { return cells_; }
  // The line of the file, from 1, in which the record starts.
  std::uint64_t line() const { return line_; }
  // An empty line.
  bool blank() const { return blank_; }

 private:
  enum class Scan { whole, needs_more };

  void fill();
  void make_room();
  void check_start();
  void check_encoding();
  [[noreturn]] void refuse_line(std::uint64_t line, std::string_view what, std::string_view hint) const;
  [[noreturn]] void refuse_length() const;
  [[noreturn]] void refuse_width() const;

  Scan scan_record();
  void split_plain(const char* first, const char* end);
  Scan scan_quoted_record(const char* first, const char* end);
  const char* scan_quoted_cell(const char* quote, const char* end);
  const char* scan_bare_cell(const char* first, const char* end);
  void add_cell(const char* first, const char* end);
  void take_record(const char* first, const char* next_record, std::uint64_t lines);
  void undouble_quotes();
  std::uint64_t line_of(const char* place) const;

  files::ByteSource& source_;
  std::string name_;
  CsvLimits limits_;

  // [begin_, checked_) is known to be UTF-8, [checked_, end_) may be the front of one character.
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t checked_ = 0;
  std::size_t end_ = 0;
  std::uint64_t buffer_offset_ = 0;  // of buffer_[0] in the input
  bool started_ = false;
  bool at_end_ = false;

  std::vector<std::string_view> cells_;
  std::vector<std::size_t> doubled_;  // cells in which quotes stand twice
  bool blank_ = false;
  std::uint64_t line_ = 0;
  std::uint64_t next_line_ = 1;
};

}  // namespace ctgan::table
