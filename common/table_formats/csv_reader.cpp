#include "common/table_formats/csv_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/errors/error.h"
#include "common/files/gzip.h"
#include "common/table_formats/column_builder.h"
#include "common/table_formats/csv_oddities.h"
#include "common/table_formats/csv_records.h"
#include "common/table_formats/decimal_comma.h"
#include "common/threads/thread_pool.h"

namespace ctgan::table_formats {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::size_t k_reported_rows = 5;
// One thread cuts records for the others: more of them would wait for it.
constexpr int k_most_threads = 8;
// What may be read behind an empty cell.
constexpr std::array<char, k_readable_bytes> k_blank{};

std::string plural(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string delimiter_hint(char delimiter, bool decimal_commas) {
  return fmt::format("its cells seem to be separated by {}{}: give '{}{}'", delimiter_word(delimiter),
                     decimal_commas ? ", its decimals by a comma" : "", delimiter_flag(delimiter),
                     decimal_commas ? " --decimal ," : "");
}

// Blanks, or the Ctrl-Z with which DOS ended its files.
bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\x1a") == std::string_view::npos;
}

// Builds a table from records; knows what a header and a row must be.
class TableReader {
 public:
  TableReader(files::ByteSource& source, std::string_view name, const CsvDialect& dialect,
              const CsvLimits& limits, ColumnBuilder column)
      : records_(source, name, dialect, limits),
        name_(errors::quoted(name)),
        dialect_(dialect),
        column_(std::move(column)) {}

  DelimitedTable read();

 private:
  std::size_t read_header();
  void name_columns(const CsvRecord& record);
  void check_delimiter() const;
  void name_unnamed();
  void check_names() const;
  void read_rows(std::size_t first);
  void take_records(CsvBlock& block, std::size_t first);
  void add_blank_lines();
  void add_row(const std::string_view* cells, std::size_t count, std::uint64_t line);
  bool fits(const std::string_view* cells, std::size_t count, std::uint64_t line);
  bool parse_beside_next(CsvBlock& next);
  threads::ThreadPool& pool();
  void add_ragged(const std::string_view* cells, std::size_t count, std::uint64_t line);
  void remark_on_end();
  [[noreturn]] void refuse(const std::string& what, const std::string& hint) const;
  [[noreturn]] void refuse_unnamed(std::size_t column, const std::string& but) const;
  [[noreturn]] void refuse_ragged() const;
  [[noreturn]] void refuse_without_rows() const;
  std::string ragged_advice() const;

  CsvRecords records_;
  CsvBlock block_;
  std::string name_;
  CsvDialect dialect_;
  ColumnBuilder column_;  // an empty one, of which each column is a copy
  std::vector<FirstRecord> beginning_;
  std::vector<std::string> names_;
  std::size_t header_cells_ = 0;  // empty names at its end included
  std::size_t row_cells_ = 0;     // of rows with more, all of them empty
  std::vector<ColumnBuilder> builders_;
  std::vector<CsvRow> rows_;  // of the block
  std::uint64_t row_count_ = 0;
  std::optional<threads::ThreadPool> pool_;
  // Empty lines that are rows only if something follows them.
  std::uint64_t first_blank_line_ = 0;
  std::uint64_t blank_lines_ = 0;
  std::vector<FirstRecord> ragged_;
  std::uint64_t last_row_ = 0;  // the line of the last row that is not ragged
  std::vector<std::string> remarks_;
};

DelimitedTable TableReader::read() {
  read_rows(read_header());
  if (!ragged_.empty()) refuse_ragged();
  if (row_count_ == 0) refuse_without_rows();
  remark_on_end();
  std::vector<table::Column> columns(names_.size());
  pool().run(columns.size(), [&](std::size_t i) {
    ColumnBuilder builder = std::exchange(builders_[i], column_);
    columns[i] = std::move(builder).finish(std::move(names_[i]));
  });
  return {table::Table(std::move(columns)), records_.delimiter(), std::move(remarks_)};
}

// Returns the first record of the block that is a row.
std::size_t TableReader::read_header() {
  if (!records_.read(block_)) {
    throw Error(Kind::bad_data, fmt::format("{} is empty", name_),
                "the first line names the columns, every line after it is a row");
  }
  beginning_ = first_records(block_);
  std::size_t header = 0;
  // A table of one column may have an empty name, which is refused by it.
  while (header + 1 < block_.records.size() && block_.records[header].blank) ++header;
  name_columns(block_.records[header]);
  builders_.assign(names_.size(), column_);
  return dialect_.header ? header + 1 : header;
}

void TableReader::name_columns(const CsvRecord& record) {
  const auto first = block_.cells.begin() + static_cast<std::ptrdiff_t>(record.first);
  names_.assign(first, first + static_cast<std::ptrdiff_t>(record.cells));
  header_cells_ = names_.size();
  if (!dialect_.header) {
    for (std::size_t i = 0; i < names_.size(); ++i) names_[i] = fmt::format("column_{}", i + 1);
    return;
  }
  check_delimiter();
  if (const auto odd = odd_header(beginning_, dialect_)) refuse(odd->sentence, odd->hint);
  while (names_.size() > 1 && names_.back().empty()) names_.pop_back();
  name_unnamed();
  check_names();
}

// As pandas does it.
void TableReader::name_unnamed() {
  const auto unnamed = static_cast<std::size_t>(std::count(names_.begin(), names_.end(), ""));
  const std::uint64_t titles = unnamed > 1 ? title_lines(beginning_) : 0;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (!names_[i].empty()) continue;
    if (names_.size() == 1 || titles > 0) refuse_unnamed(i, "");
    names_[i] = fmt::format("Unnamed: {}", i);
    remarks_.push_back(
        fmt::format("Column {} has no name in the header and is called {}, as pandas calls it; "
                    "'--drop \"{}\"' leaves it out",
                    i + 1, errors::quoted(names_[i]), names_[i]));
  }
}

void TableReader::refuse(const std::string& what, const std::string& hint) const {
  throw Error(Kind::bad_data, fmt::format("{} {}", name_, what), hint);
}

void TableReader::refuse_unnamed(std::size_t column, const std::string& but) const {
  const std::uint64_t lines = title_lines(beginning_);
  throw Error(
      Kind::bad_data, fmt::format("column {} of {} has no name{}", column + 1, name_, but),
      lines > 0
          ? fmt::format("line {} looks like the header: '--skip-rows {}' leaves out what stands above it",
                        lines + 1, lines)
          : "name it in the first line; '--skip-rows N' leaves out lines above the header, '--no-header' "
            "says that there is none");
}

void TableReader::check_delimiter() const {
  if (names_.size() != 1) return;
  for (const char delimiter : {';', '\t', '|', ','}) {
    // One that separates cells here stands in a name only where quotes say that it belongs there.
    if (delimiter == records_.delimiter() || names_[0].find(delimiter) == std::string::npos) continue;
    throw Error(Kind::bad_data, fmt::format("{} has a single column, {}", name_, errors::quoted(names_[0])),
                delimiter_hint(delimiter, records_.guess() && records_.guess()->decimal_commas));
  }
}

void TableReader::check_names() const {
  std::vector<std::size_t> order(names_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [this](std::size_t a, std::size_t b) { return names_[a] < names_[b]; });
  const auto twice = std::adjacent_find(
      order.begin(), order.end(), [this](std::size_t a, std::size_t b) { return names_[a] == names_[b]; });
  if (twice != order.end()) {
    throw Error(Kind::bad_data,
                fmt::format("columns {} and {} of {} are both named {}", twice[0] + 1, twice[1] + 1, name_,
                            errors::quoted(names_[*twice])),
                "give every column a name of its own");
  }
}

void TableReader::read_rows(std::size_t first) {
  CsvBlock next;
  take_records(block_, first);
  for (bool more = true; more; take_records(block_, 0)) {
    more = parse_beside_next(next);
    std::swap(block_, next);
  }
}

void TableReader::take_records(CsvBlock& block, std::size_t first) {
  if (dialect_.decimal_comma) point_decimals(block, first, name_);
  rows_.clear();
  for (std::size_t i = first; i < block.records.size(); ++i) {
    const CsvRecord& record = block.records[i];
    if (record.blank) {
      if (blank_lines_++ == 0) first_blank_line_ = record.line;
      continue;
    }
    if (blank_lines_ > 0) add_blank_lines();
    add_row(block.cells.data() + record.first, record.cells, record.line);
  }
}

// Rows only in a table of one column.
void TableReader::add_blank_lines() {
  static constexpr std::string_view k_empty_cell(k_blank.data(), 0);
  if (names_.size() > 1) blank_lines_ = 0;
  for (; blank_lines_ > 0; --blank_lines_) add_row(&k_empty_cell, 1, first_blank_line_++);
}

void TableReader::add_row(const std::string_view* cells, std::size_t count, std::uint64_t line) {
  if (count != names_.size() && !fits(cells, count, line)) {
    if (count == 1 && is_blank(cells[0])) return;
    ++row_count_;
    return add_ragged(cells, count, line);
  }
  ++row_count_;
  last_row_ = line;
  rows_.push_back({cells, line});
}

// Whether a row has nothing but empty cells behind its columns, as many as the header or other rows have.
bool TableReader::fits(const std::string_view* cells, std::size_t count, std::uint64_t line) {
  if (count < names_.size()) return false;
  const auto* const more =
      std::find_if(cells + names_.size(), cells + count, [](std::string_view cell) { return !cell.empty(); });
  if (row_cells_ == 0 && count > header_cells_ && more == cells + count) row_cells_ = count;
  if (count > header_cells_ && count != row_cells_) return false;
  if (more == cells + count) return true;
  const auto column = static_cast<std::size_t>(more - cells);
  if (column < header_cells_)
    refuse_unnamed(column, fmt::format(", but holds {} in line {}", errors::quoted(*more), line));
  return false;
}

void TableReader::remark_on_end() {
  if (header_cells_ > names_.size())
    remarks_.push_back(fmt::format("{} at the end with neither name nor cell {} left out",
                                   plural(header_cells_ - names_.size(), "column"),
                                   header_cells_ - names_.size() == 1 ? "is" : "are"));
  if (row_cells_ > header_cells_)
    remarks_.push_back("Rows end with a delimiter that the header does not have: it was left out");
}

// The block's columns and the next block at once; false when there is none.
bool TableReader::parse_beside_next(CsvBlock& next) {
  bool more = false;
  pool().run(builders_.size() + 1, [&](std::size_t task) {
    if (task == 0) {
      more = records_.read(next);
    } else {
      builders_[task - 1].add(rows_, task - 1);
    }
  });
  return more;
}

// A table of a single block is not worth a thread.
threads::ThreadPool& TableReader::pool() {
  if (!pool_) pool_.emplace(records_.ended() ? 1 : std::min(threads::processors(), k_most_threads));
  return *pool_;
}

void TableReader::add_ragged(const std::string_view* cells, std::size_t count, std::uint64_t line) {
  ragged_.push_back({line, std::vector<std::string>(cells, cells + count)});
  if (ragged_.size() > k_reported_rows) refuse_ragged();
}

void TableReader::refuse_ragged() const {
  const std::size_t shown = std::min(ragged_.size(), k_reported_rows);
  std::string rows;
  for (std::size_t i = 0; i < shown; ++i)
    rows += fmt::format("{}line {} has {}", i == 0 ? "" : ", ", ragged_[i].line,
                        plural(ragged_[i].cells.size(), "cell"));
  refuse(fmt::format("has {}, but {}{}", plural(names_.size(), "column"), rows,
                     shown < ragged_.size() ? ", and there are more" : ""),
         ragged_advice());
}

std::string TableReader::ragged_advice() const {
  const auto& guess = records_.guess();
  if (guess && guess->delimiter != records_.delimiter())
    return delimiter_hint(guess->delimiter, guess->decimal_commas);
  RaggedRows ragged{names_.size(), ragged_, row_count_ == ragged_.size(), false};
  ragged.last_rows = ragged_.size() <= k_reported_rows && last_row_ > 0 && ragged_.front().line > last_row_;
  std::string hint = ragged_hint(beginning_, ragged);
  if (!hint.empty()) return hint;
  return fmt::format("a cell that holds {} must stand in double quotes, without a space before them",
                     records_.delimiter() == ',' ? "a comma" : delimiter_word(records_.delimiter()));
}

void TableReader::refuse_without_rows() const {
  refuse("has a header but no rows", "");
}

}  // namespace

DelimitedTable read_delimited(files::ByteSource& source, std::string_view name, const CsvDialect& dialect,
                              const table::MissingTexts& missing, const CsvLimits& limits) {
  return TableReader(source, name, dialect, limits, ColumnBuilder(missing)).read();
}

DelimitedTable read_texts(files::ByteSource& source, std::string_view name, const CsvDialect& dialect,
                          const CsvLimits& limits) {
  const table::MissingTexts missing;
  return TableReader(source, name, dialect, limits, ColumnBuilder::of_texts(missing)).read();
}

table::Table read_csv(files::ByteSource& source, std::string_view name, const CsvLimits& limits,
                      const table::MissingTexts& missing) {
  return read_delimited(source, name, {}, missing, limits).table;
}

table::Table read_csv(const std::filesystem::path& path, const CsvLimits& limits,
                      const table::MissingTexts& missing) {
  files::GunzipLimits gunzip;
  gunzip.unpacked_bytes = limits.unpacked_bytes;
  const auto source = files::open_maybe_gzip(path, gunzip);
  return read_delimited(*source, path.string(), dialect_of_name(path.string()), missing, limits).table;
}

}  // namespace ctgan::table_formats
