#include "common/table/csv_records.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <span>

#include "common/errors/error.h"
#include "common/table/text_encoding.h"

namespace ctgan::table {
namespace {

constexpr std::size_t k_buffer_bytes = std::size_t{256} << 10;
constexpr std::string_view k_byte_order_mark = "\xef\xbb\xbf";

const char* find_byte(const char* first, const char* end, char byte) {
  if (first == end) return nullptr;
  return static_cast<const char*>(std::memchr(first, byte, static_cast<std::size_t>(end - first)));
}

const char* without_return(const char* first, const char* end) {
  return end > first && end[-1] == '\r' ? end - 1 : end;
}

}  // namespace

CsvRecords::CsvRecords(files::ByteSource& source, std::string_view name, const CsvLimits& limits)
    : source_(source), name_(name), limits_(limits), buffer_(k_buffer_bytes) {}

bool CsvRecords::next() {
  for (;;) {
    if (begin_ < checked_ && scan_record() == Scan::whole) return true;
    if (at_end_) return false;
    fill();
  }
}

void CsvRecords::fill() {
  make_room();
  while (end_ < buffer_.size()) {
    const std::size_t count = source_.read(std::span(buffer_).subspan(end_));
    if (count == 0) {
      at_end_ = true;
      break;
    }
    end_ += count;
  }
  if (!started_) check_start();
  check_encoding();
}

void CsvRecords::make_room() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    buffer_offset_ += begin_;
    checked_ -= begin_;
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ < buffer_.size()) return;
  if (end_ > limits_.record_bytes) refuse_length();
  buffer_.resize(buffer_.size() * 2);
}

void CsvRecords::check_start() {
  started_ = true;
  const std::string_view bytes(buffer_.data(), end_);
  if (const auto foreign = foreign_format(bytes)) {
    throw errors::Error(errors::Kind::bad_data, fmt::format("{} {}", errors::quoted(name_), foreign->what),
                        foreign->hint);
  }
  if (bytes.starts_with(k_byte_order_mark)) begin_ = checked_ = k_byte_order_mark.size();
}

void CsvRecords::check_encoding() {
  const Utf8Scan scan = scan_utf8({buffer_.data() + checked_, end_ - checked_});
  checked_ += scan.valid;
  if (scan.stop == Utf8Scan::Stop::end || (scan.stop == Utf8Scan::Stop::incomplete && !at_end_)) return;
  const bool zero = scan.stop == Utf8Scan::Stop::zero_byte;
  throw errors::Error(
      errors::Kind::bad_data,
      fmt::format("{} has {} in line {} (byte offset {})", errors::quoted(name_),
                  zero ? "a NUL byte" : "invalid UTF-8", line_of(buffer_.data() + checked_),
                  buffer_offset_ + checked_),
      zero ? "this is not a text file, or it is damaged"
           : "convert it to UTF-8, for example with 'iconv -f WINDOWS-1252 -t UTF-8 IN > OUT'");
}

void CsvRecords::refuse_line(std::uint64_t line, std::string_view what, std::string_view hint) const {
  throw errors::Error(errors::Kind::bad_data, fmt::format("{} {} line {}", errors::quoted(name_), what, line),
                      std::string(hint));
}

void CsvRecords::refuse_length() const {
  refuse_line(next_line_,
              fmt::format("has a record of more than {} bytes, which starts in", limits_.record_bytes),
              "perhaps a quote there is never closed");
}

void CsvRecords::refuse_width() const {
  refuse_line(next_line_, fmt::format("has more than {} cells in", limits_.columns), {});
}

CsvRecords::Scan CsvRecords::scan_record() {
  cells_.clear();
  doubled_.clear();
  const char* const first = buffer_.data() + begin_;
  const char* const end = buffer_.data() + checked_;
  const char* const feed = find_byte(first, end, '\n');
  if (feed == nullptr && !at_end_) return Scan::needs_more;
  const char* const line_end = feed == nullptr ? end : feed;
  if (find_byte(first, line_end, '"') != nullptr) return scan_quoted_record(first, end);
  split_plain(first, without_return(first, line_end));
  take_record(first, feed == nullptr ? end : feed + 1, 1);
  return Scan::whole;
}

void CsvRecords::add_cell(const char* first, const char* end) {
  if (cells_.size() == limits_.columns) refuse_width();
  cells_.emplace_back(first, static_cast<std::size_t>(end - first));
}

void CsvRecords::split_plain(const char* first, const char* end) {
  blank_ = first == end;
  const char* cell = first;
  for (const char* p = first; p != end; ++p) {
    if (*p != ',') continue;
    add_cell(cell, p);
    cell = p + 1;
  }
  add_cell(cell, end);
}

CsvRecords::Scan CsvRecords::scan_quoted_record(const char* first, const char* end) {
  blank_ = false;
  const char* p = first;
  for (;;) {
    p = p != end && *p == '"' ? scan_quoted_cell(p, end) : scan_bare_cell(p, end);
    if (p == nullptr) return Scan::needs_more;
    if (p == end || *p == '\n') break;
    ++p;
  }
  const char* const next_record = p == end ? end : p + 1;
  undouble_quotes();
  take_record(first, next_record, static_cast<std::uint64_t>(std::count(first, next_record, '\n')));
  return Scan::whole;
}

// Past the cell: at its comma, its line feed or the end of the input; null when the buffer ends first.
const char* CsvRecords::scan_quoted_cell(const char* quote, const char* end) {
  const char* close = quote + 1;
  bool doubled = false;
  for (;; close += 2, doubled = true) {
    close = find_byte(close, end, '"');
    if (close == nullptr && at_end_) refuse_line(line_of(quote), "has a quote that is never closed in", {});
    if (close == nullptr || (close + 1 == end && !at_end_)) return nullptr;
    if (close + 1 == end || close[1] != '"') break;
  }
  const char* after = close + 1;
  if (after != end && *after == '\r') {
    if (after + 1 == end && !at_end_) return nullptr;
    if (after + 1 == end || after[1] == '\n') ++after;
  }
  if (after != end && *after != ',' && *after != '\n') {
    refuse_line(line_of(close), "has text after a closing quote in",
                "inside a quoted cell a quote is written twice: \"\"");
  }
  if (doubled) doubled_.push_back(cells_.size());
  add_cell(quote + 1, close);
  return after;
}

// As scan_quoted_cell. A quote that does not open the cell is an ordinary character.
const char* CsvRecords::scan_bare_cell(const char* first, const char* end) {
  const char* const stop = std::find_if(first, end, [](char c) { return c == ',' || c == '\n'; });
  if (stop == end && !at_end_) return nullptr;
  add_cell(first, stop != end && *stop == ',' ? stop : without_return(first, stop));
  return stop;
}

void CsvRecords::take_record(const char* first, const char* next_record, std::uint64_t lines) {
  if (static_cast<std::size_t>(next_record - first) > limits_.record_bytes) refuse_length();
  begin_ += static_cast<std::size_t>(next_record - first);
  line_ = next_line_;
  next_line_ += lines;
}

void CsvRecords::undouble_quotes() {
  for (const std::size_t index : doubled_) {
    const std::string_view cell = cells_[index];
    char* const text = buffer_.data() + (cell.data() - buffer_.data());
    std::size_t length = 0;
    for (std::size_t i = 0; i < cell.size(); ++i) {
      text[length++] = cell[i];
      if (cell[i] == '"') ++i;
    }
    cells_[index] = {text, length};
  }
}

std::uint64_t CsvRecords::line_of(const char* place) const {
  return next_line_ + static_cast<std::uint64_t>(std::count(buffer_.data() + begin_, place, '\n'));
}

}  // namespace ctgan::table
