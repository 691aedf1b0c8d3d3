#include "common/table_formats/csv_records.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "common/errors/error.h"
#include "common/table_formats/csv_marks.h"
#include "common/table_formats/footless_source.h"
#include "common/table_formats/text_decoder.h"
#include "common/table_formats/text_encoding.h"

namespace ctgan::table_formats {
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

std::unique_ptr<files::ByteSource> without_footer(files::ByteSource& source, std::uint64_t lines) {
  if (lines == 0) return nullptr;
  return std::make_unique<FootlessSource>(source, lines);
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

}  // namespace

CsvRecords::CsvRecords(files::ByteSource& source, std::string_view name, const CsvDialect& dialect,
                       const CsvLimits& limits)
    : decoded_(decoder_for(source, name, dialect)),
      footless_(without_footer(decoded_ ? *decoded_ : source, dialect.skip_footer)),
      source_(footless_  ? *footless_
              : decoded_ ? *decoded_
                         : source),
      name_(name),
      dialect_(dialect),
      delimiter_(dialect.delimiter.value_or(',')),
      limits_(limits),
      capacity_(k_block_bytes),
      lines_to_skip_(dialect.skip_rows) {}

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
  const std::size_t filled = end_;
  while (end_ < capacity_) {
    const std::size_t count = source_.read(std::span(block_->bytes).subspan(end_, capacity_ - end_));
    if (count == 0) {
      at_end_ = true;
      break;
    }
    end_ += count;
  }
  if (!started_)
    check_start();
  else if (returns_end_lines_)
    turn_returns(filled);
  check_encoding();
}

void CsvRecords::turn_returns(std::size_t from) {
  std::replace(block_->bytes.begin() + static_cast<std::ptrdiff_t>(from),
               block_->bytes.begin() + static_cast<std::ptrdiff_t>(end_), '\r', '\n');
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
  // A tool that adds one to a text that has one leaves two.
  while (bytes.substr(begin_).starts_with(k_byte_order_mark)) begin_ = checked_ = begin_ + k_byte_order_mark.size();
  returns_end_lines_ =
      bytes.find('\n') == std::string_view::npos && bytes.find('\r') != std::string_view::npos;
  if (returns_end_lines_) turn_returns(0);
  const std::string_view judged = judged_text(bytes.substr(begin_));
  if (take_separator_line(judged) || dialect_.delimiter) return;
  guess_ = guess_delimiter(judged, at_end_, dialect_.quote);
  if (guess_ && guess_->certain) delimiter_ = guess_->delimiter;
}

// Without the lines that are no rows, as far as it reaches.
std::string_view CsvRecords::judged_text(std::string_view bytes) {
  for (std::uint64_t line = 0; line < dialect_.skip_rows && !bytes.empty(); ++line) {
    const std::size_t end = bytes.find('\n');
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
  }
  if (dialect_.comment == '\0') return bytes;
  while (!bytes.empty()) {
    const std::string_view line =
        bytes.substr(0, bytes.find('\n') == std::string_view::npos ? bytes.size() : bytes.find('\n') + 1);
    if (line.front() != dialect_.comment) uncommented_ += line;
    bytes.remove_prefix(line.size());
  }
  return uncommented_;
}

// Excel takes the delimiter from a first line "sep=;". What the dialect says of it counts more.
bool CsvRecords::take_separator_line(std::string_view text) {
  constexpr std::string_view k_says = "sep=";
  std::string_view line = text.substr(0, text.find('\n'));
  if (line.size() == text.size()) return false;
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.size() == k_says.size() + 3 && line.front() == dialect_.quote && line.back() == dialect_.quote)
    line = line.substr(1, line.size() - 2);
  if (line.size() != k_says.size() + 1 || !line.starts_with(k_says)) return false;
  if (dialect_.delimiter && *dialect_.delimiter != line.back()) return false;
  delimiter_ = line.back();
  ++lines_to_skip_;
  return true;
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

// Lines before the first record. False when there are more of them than the buffer holds.
bool CsvRecords::skip_lines() {
  for (; lines_to_skip_ > 0 && begin_ < checked_; --lines_to_skip_)
    if (!skip_comment()) return false;
  return true;
}

// The line that begins here; false when its end is not in the buffer.
bool CsvRecords::skip_comment() {
  const char* const first = block_->bytes.data() + begin_;
  const char* const end = block_->bytes.data() + checked_;
  const char* const feed = find_byte(first, end, '\n');
  if (feed == nullptr && !at_end_) return false;
  begin_ += static_cast<std::size_t>((feed == nullptr ? end : feed + 1) - first);
  ++next_line_;
  return true;
}

void CsvRecords::scan_records() {
  if (!skip_lines()) return;
  const std::vector<char>& bytes = block_->bytes;
  CsvMarks marks(bytes.data() + begin_, bytes.data() + checked_, delimiter_, dialect_.quote);
  try {
    while (begin_ < checked_) {
      if (bytes[begin_] == dialect_.comment) {
        if (!skip_comment()) break;
        marks.go_to(bytes.data() + begin_);
        continue;
      }
      first_cell_ = block_->cells.size();
      if (scan_record(marks) == Scan::whole) continue;
      block_->cells.resize(first_cell_);
      break;
    }
  } catch (...) {
    if (block_->records.empty()) throw;
    failure_ = std::current_exception();
  }
  if (dialect_.skip_initial_space) drop_initial_spaces();
}

CsvRecords::Scan CsvRecords::scan_record(CsvMarks& marks) {
  const char* const first = block_->bytes.data() + begin_;
  const char* const end = block_->bytes.data() + checked_;
  const char delimiter = delimiter_;
  const char quote = dialect_.quote;
  for (const char* cell = first;;) {
    const char* const mark = marks.next();
    if (mark == end && !at_end_) return Scan::needs_more;
    if (mark != end && *mark == delimiter) {
      add_cell(cell, mark);
      cell = mark + 1;
    } else if (mark != end && *mark == quote) {
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
    const char* const opening = dialect_.skip_initial_space ? std::find_if_not(p, end, is_blank) : p;
    if (opening == end && !at_end_) return Scan::needs_more;
    const bool quoted = opening != end && *opening == dialect_.quote;
    p = quoted ? scan_quoted_cell(opening, end) : scan_bare_cell(p, end);
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

// The next quote that is not escaped, or an escape that the buffer cuts off; null when there is none.
const char* CsvRecords::find_quote(const char* first, const char* end) const {
  if (dialect_.escape == '\0') return find_byte(first, end, dialect_.quote);
  for (const char* p = first; p != end; ++p) {
    if (*p == dialect_.quote) return p;
    if (*p == dialect_.escape && ++p == end) break;
  }
  return nullptr;
}

// Past the cell: at its delimiter, its line feed or the end of the input; null when the buffer ends first.
const char* CsvRecords::scan_quoted_cell(const char* quote, const char* end) {
  const char* close = quote + 1;
  bool doubled = dialect_.escape != '\0';
  for (;; close += 2, doubled = true) {
    close = find_quote(close, end);
    if (close == nullptr && at_end_) refuse_line(line_of(quote), "has a quote that is never closed in", {});
    if (close == nullptr || (close + 1 == end && !at_end_)) return nullptr;
    if (close + 1 == end || close[1] != dialect_.quote) break;
  }
  const char* after = close + 1;
  if (after != end && *after == '\r') {
    if (after + 1 == end && !at_end_) return nullptr;
    if (after + 1 == end || after[1] == '\n') ++after;
  }
  if (after != end && *after != delimiter_ && *after != '\n') {
    refuse_line(line_of(close), "has text after a closing quote in",
                close[-1] == '\\' ? "its quotes seem to be escaped: '--escape '\\'' reads them"
                                  : "inside a quoted cell a quote is written twice: \"\"");
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
      if (cell[i] == dialect_.escape && i + 1 < cell.size()) {
        text[length++] = cell[++i];
        continue;
      }
      text[length++] = cell[i];
      if (cell[i] == dialect_.quote) ++i;
    }
    cell = {text, length};
  }
}

void CsvRecords::drop_initial_spaces() {
  for (std::string_view& cell : block_->cells) {
    const bool quoted = cell.data() != block_->bytes.data() && cell.data()[-1] == dialect_.quote;
    if (quoted) continue;
    const auto first = std::find_if_not(cell.begin(), cell.end(), is_blank);
    cell.remove_prefix(static_cast<std::size_t>(first - cell.begin()));
  }
}

std::uint64_t CsvRecords::line_of(const char* place) const {
  return next_line_ +
         static_cast<std::uint64_t>(std::count<const char*>(block_->bytes.data() + begin_, place, '\n'));
}

}  // namespace ctgan::table_formats
