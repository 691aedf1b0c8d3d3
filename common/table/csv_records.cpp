#include "common/table/csv_records.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "common/errors/error.h"
#include "common/table/csv_marks.h"
#include "common/table/text_decoder.h"
#include "common/table/text_encoding.h"

namespace ctgan::table {
namespace {

constexpr std::size_t k_block_bytes = std::size_t{256} << 10;
constexpr std::string_view k_byte_order_mark = "\xef\xbb\xbf";

const char* find_byte(const char* first, const char* end, char byte) {
  if (first == end) return nullptr;
  return static_cast<const char*>(std::memchr(first, byte, static_cast<std::size_t>(end - first)));
}

const char* without_return(const char* first, const char* end) {
  return end > first && end[-1] == '\r' ? end - 1 : end;
}

std::unique_ptr<files::ByteSource> decoder_for(files::ByteSource& source, std::string_view name,
                                               const CsvDialect& dialect) {
  if (is_utf8(dialect.encoding)) return nullptr;
  return std::make_unique<DecodedSource>(source, name, dialect.encoding);
}

}  // namespace

CsvRecords::CsvRecords(files::ByteSource& source, std::string_view name, const CsvDialect& dialect,
                       const CsvLimits& limits)
    : decoded_(decoder_for(source, name, dialect)),
      source_(decoded_ ? *decoded_ : source),
      name_(name),
      dialect_(dialect),
      delimiter_(dialect.delimiter.value_or(',')),
      limits_(limits),
      capacity_(k_block_bytes) {}

bool CsvRecords::read(CsvBlock& block) {
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  start(block);
  while (block.records.empty()) {
    if (at_end_ && begin_ == checked_) return false;
    if (!at_end_) fill();
    scan_records();
  }
  rest_.assign(block.bytes.data() + begin_, block.bytes.data() + end_);
  buffer_offset_ += begin_;
  checked_ -= begin_;
  end_ -= begin_;
  begin_ = 0;
  return true;
}

void CsvRecords::start(CsvBlock& block) {
  block_ = &block;
  block.records.clear();
  block.cells.clear();
  block.bytes.resize(capacity_ + k_readable_bytes);
  std::copy(rest_.begin(), rest_.end(), block.bytes.begin());
}

void CsvRecords::fill() {
  make_room();
  while (end_ < capacity_) {
    const std::size_t count = source_.read(std::span(block_->bytes).subspan(end_, capacity_ - end_));
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
  if (end_ < capacity_) return;
  if (end_ - begin_ > limits_.record_bytes) refuse_length();
  capacity_ *= 2;
  block_->bytes.resize(capacity_ + k_readable_bytes);
}

void CsvRecords::check_start() {
  started_ = true;
  const std::string_view bytes(block_->bytes.data(), end_);
  if (const auto foreign = foreign_format(bytes)) {
    throw errors::Error(errors::Kind::bad_data, fmt::format("{} {}", errors::quoted(name_), foreign->what),
                        foreign->hint);
  }
  if (bytes.starts_with(k_byte_order_mark)) begin_ = checked_ = k_byte_order_mark.size();
  if (dialect_.delimiter) return;
  guess_ = guess_delimiter(bytes.substr(begin_), at_end_);
  if (guess_ && guess_->certain) delimiter_ = guess_->delimiter;
}

void CsvRecords::check_encoding() {
  const Utf8Scan scan = scan_utf8({block_->bytes.data() + checked_, end_ - checked_});
  checked_ += scan.valid;
  if (scan.stop == Utf8Scan::Stop::end || (scan.stop == Utf8Scan::Stop::incomplete && !at_end_)) return;
  const bool zero = scan.stop == Utf8Scan::Stop::zero_byte;
  throw errors::Error(errors::Kind::bad_data,
                      fmt::format("{} has {} in line {} (byte offset {})", errors::quoted(name_),
                                  zero ? "a NUL byte" : "invalid UTF-8",
                                  line_of(block_->bytes.data() + checked_), buffer_offset_ + checked_),
                      zero ? "this is not a text file, or it is damaged"
                           : encoding_hint({block_->bytes.data() + checked_, end_ - checked_}));
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

[[gnu::always_inline]] inline void CsvRecords::add_cell(const char* first, const char* end) {
  if (block_->cells.size() - first_cell_ == limits_.columns) refuse_width();
  block_->cells.emplace_back(first, static_cast<std::size_t>(end - first));
}

void CsvRecords::scan_records() {
  const std::vector<char>& bytes = block_->bytes;
  CsvMarks marks(bytes.data() + begin_, bytes.data() + checked_, delimiter_);
  try {
    while (begin_ < checked_) {
      first_cell_ = block_->cells.size();
      if (scan_record(marks) == Scan::needs_more) return block_->cells.resize(first_cell_);
    }
  } catch (...) {
    if (block_->records.empty()) throw;
    failure_ = std::current_exception();
  }
}

CsvRecords::Scan CsvRecords::scan_record(CsvMarks& marks) {
  const char* const first = block_->bytes.data() + begin_;
  const char* const end = block_->bytes.data() + checked_;
  const char delimiter = delimiter_;
  for (const char* cell = first;;) {
    const char* const mark = marks.next();
    if (mark == end && !at_end_) return Scan::needs_more;
    if (mark != end && *mark == delimiter) {
      add_cell(cell, mark);
      cell = mark + 1;
    } else if (mark != end && *mark == '"') {
      const Scan scan = scan_quoted_record(first, end);
      marks.go_to(block_->bytes.data() + begin_);
      return scan;
    } else {
      add_cell(cell, without_return(cell, mark));
      const bool blank = cell == first && block_->cells.back().empty();
      take_record(first, mark == end ? end : mark + 1, 1, blank);
      return Scan::whole;
    }
  }
}

CsvRecords::Scan CsvRecords::scan_quoted_record(const char* first, const char* end) {
  block_->cells.resize(first_cell_);
  doubled_.clear();
  const char* p = first;
  for (;;) {
    p = p != end && *p == '"' ? scan_quoted_cell(p, end) : scan_bare_cell(p, end);
    if (p == nullptr) return Scan::needs_more;
    if (p == end || *p == '\n') break;
    ++p;
  }
  const char* const next_record = p == end ? end : p + 1;
  const auto lines = static_cast<std::uint64_t>(std::count(first, next_record, '\n'));
  take_record(first, next_record, lines, false);
  undouble_quotes();
  return Scan::whole;
}

// Past the cell: at its delimiter, its line feed or the end of the input; null when the buffer ends first.
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
  if (after != end && *after != delimiter_ && *after != '\n') {
    refuse_line(line_of(close), "has text after a closing quote in",
                "inside a quoted cell a quote is written twice: \"\"");
  }
  if (doubled) doubled_.push_back(block_->cells.size());
  add_cell(quote + 1, close);
  return after;
}

// As scan_quoted_cell. A quote that does not open the cell is an ordinary character.
const char* CsvRecords::scan_bare_cell(const char* first, const char* end) {
  const char* const stop = std::find_if(first, end, [this](char c) { return c == delimiter_ || c == '\n'; });
  if (stop == end && !at_end_) return nullptr;
  add_cell(first, stop != end && *stop == delimiter_ ? stop : without_return(first, stop));
  return stop;
}

void CsvRecords::take_record(const char* first, const char* next_record, std::uint64_t lines, bool blank) {
  if (static_cast<std::size_t>(next_record - first) > limits_.record_bytes) refuse_length();
  begin_ += static_cast<std::size_t>(next_record - first);
  block_->records.push_back({next_line_, first_cell_, block_->cells.size() - first_cell_, blank});
  next_line_ += lines;
}

void CsvRecords::undouble_quotes() {
  for (const std::size_t index : doubled_) {
    std::string_view& cell = block_->cells[index];
    char* const text = block_->bytes.data() + (cell.data() - block_->bytes.data());
    std::size_t length = 0;
    for (std::size_t i = 0; i < cell.size(); ++i) {
      text[length++] = cell[i];
      if (cell[i] == '"') ++i;
    }
    cell = {text, length};
  }
}

std::uint64_t CsvRecords::line_of(const char* place) const {
  return next_line_ +
         static_cast<std::uint64_t>(std::count<const char*>(block_->bytes.data() + begin_, place, '\n'));
}

}  // namespace ctgan::table
