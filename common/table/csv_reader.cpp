#include "common/table/csv_reader.h"

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
#include "common/table/column_builder.h"
#include "common/table/csv_records.h"
#include "common/threads/thread_pool.h"

namespace ctgan::table {
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

// Builds a table from records; knows what a header and a row must be.
class TableReader {
 public:
  TableReader(files::ByteSource& source, std::string_view name, const CsvLimits& limits,
              const MissingTexts& missing)
      : records_(source, name, limits), name_(errors::quoted(name)), missing_(missing) {}

  Table read();

 private:
  void read_header();
  void check_delimiter() const;
  void check_names() const;
  void read_rows();
  void take_records(const CsvBlock& block, std::size_t first);
  void add_blank_lines();
  void add_row(const std::string_view* cells, std::size_t count, std::uint64_t line);
  bool parse_beside_next(CsvBlock& next);
  threads::ThreadPool& pool();
  void add_ragged(std::size_t cells, std::uint64_t line);
  [[noreturn]] void refuse_ragged() const;
  [[noreturn]] void refuse_without_rows() const;

  CsvRecords records_;
  CsvBlock block_;
  std::string name_;
  const MissingTexts& missing_;
  std::vector<std::string> names_;
  std::vector<ColumnBuilder> builders_;
  std::vector<CsvRow> rows_;  // of the block
  std::uint64_t row_count_ = 0;
  std::optional<threads::ThreadPool> pool_;
  // Empty lines that are rows only if something follows them.
  std::uint64_t first_blank_line_ = 0;
  std::uint64_t blank_lines_ = 0;
  std::vector<std::string> ragged_;
};

Table TableReader::read() {
  read_header();
  read_rows();
  if (!ragged_.empty()) refuse_ragged();
  if (row_count_ == 0) refuse_without_rows();
  std::vector<Column> columns(names_.size());
  pool().run(columns.size(), [&](std::size_t i) {
    ColumnBuilder builder = std::exchange(builders_[i], ColumnBuilder(missing_));
    columns[i] = std::move(builder).finish(std::move(names_[i]));
  });
  return Table(std::move(columns));
}

void TableReader::read_header() {
  if (!records_.read(block_)) {
    throw Error(Kind::bad_data, fmt::format("{} is empty", name_),
                "the first line names the columns, every line after it is a row");
  }
  const CsvRecord& header = block_.records.front();
  names_.assign(block_.cells.begin(), block_.cells.begin() + static_cast<std::ptrdiff_t>(header.cells));
  check_delimiter();
  check_names();
  builders_.assign(names_.size(), ColumnBuilder(missing_));
}

void TableReader::check_delimiter() const {
  if (names_.size() != 1) return;
  for (const auto& [delimiter, spoken] :
       {std::pair{';', "';'"}, std::pair{'\t', "a tab"}, std::pair{'|', "'|'"}}) {
    if (names_[0].find(delimiter) == std::string::npos) continue;
    throw Error(Kind::bad_data, fmt::format("{} has a single column, {}", name_, errors::quoted(names_[0])),
                fmt::format("its cells seem to be separated by {}: save it with commas", spoken));
  }
}

void TableReader::check_names() const {
  std::vector<std::size_t> order(names_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [this](std::size_t a, std::size_t b) { return names_[a] < names_[b]; });
  if (names_[order[0]].empty()) {
    throw Error(Kind::bad_data, fmt::format("column {} of {} has no name", order[0] + 1, name_),
                "name it in the first line; a row index is left out by pandas' to_csv(index=False)");
  }
  const auto twice = std::adjacent_find(
      order.begin(), order.end(), [this](std::size_t a, std::size_t b) { return names_[a] == names_[b]; });
  if (twice != order.end()) {
    throw Error(Kind::bad_data,
                fmt::format("columns {} and {} of {} are both named {}", twice[0] + 1, twice[1] + 1, name_,
                            errors::quoted(names_[*twice])),
                "give every column a name of its own");
  }
}

void TableReader::read_rows() {
  CsvBlock next;
  take_records(block_, 1);
  for (bool more = true; more; take_records(block_, 0)) {
    more = parse_beside_next(next);
    std::swap(block_, next);
  }
}

void TableReader::take_records(const CsvBlock& block, std::size_t first) {
  rows_.clear();
  for (std::size_t i = first; i < block.records.size(); ++i) {
    const CsvRecord& record = block.records[i];
    if (record.blank) {
      if (blank_lines_++ == 0) first_blank_line_ = record.line;
      continue;
    }
    add_blank_lines();
    add_row(block.cells.data() + record.first, record.cells, record.line);
  }
}

void TableReader::add_blank_lines() {
  static constexpr std::string_view k_empty_cell(k_blank.data(), 0);
  for (; blank_lines_ > 0; --blank_lines_) add_row(&k_empty_cell, 1, first_blank_line_++);
}

void TableReader::add_row(const std::string_view* cells, std::size_t count, std::uint64_t line) {
  ++row_count_;
  if (count == builders_.size()) {
    rows_.push_back({cells, line});
  } else {
    add_ragged(count, line);
  }
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

void TableReader::add_ragged(std::size_t cells, std::uint64_t line) {
  ragged_.push_back(fmt::format("line {} has {}", line, plural(cells, "cell")));
  if (ragged_.size() > k_reported_rows) refuse_ragged();
}

void TableReader::refuse_ragged() const {
  const std::size_t shown = std::min(ragged_.size(), k_reported_rows);
  throw Error(
      Kind::bad_data,
      fmt::format("{} has {}, but {}{}", name_, plural(names_.size(), "column"),
                  fmt::join(ragged_.begin(), ragged_.begin() + static_cast<std::ptrdiff_t>(shown), ", "),
                  shown < ragged_.size() ? ", and there are more" : ""),
      "a cell that holds a comma must stand in double quotes, without a space before them");
}

void TableReader::refuse_without_rows() const {
  const bool old_mac = std::any_of(names_.begin(), names_.end(), [](const std::string& name) {
    return name.find('\r') != std::string::npos;
  });
  throw Error(Kind::bad_data, fmt::format("{} has a header but no rows", name_),
              old_mac ? "its lines end with CR alone: convert it with 'tr '\\r' '\\n' < IN > OUT'" : "");
}

}  // namespace

Table read_csv(files::ByteSource& source, std::string_view name, const CsvLimits& limits,
               const MissingTexts& missing) {
  return TableReader(source, name, limits, missing).read();
}

Table read_csv(const std::filesystem::path& path, const CsvLimits& limits, const MissingTexts& missing) {
  files::GunzipLimits gunzip;
  gunzip.unpacked_bytes = limits.unpacked_bytes;
  const auto source = files::open_maybe_gzip(path, gunzip);
  return read_csv(*source, path.string(), limits, missing);
}

}  // namespace ctgan::table
