#include "common/table_formats/csv_writer.h"

#include <algorithm>
#include <cstdint>

#include "common/table/number_text.h"

namespace ctgan::table_formats {
namespace {

constexpr std::size_t k_buffer_bytes = std::size_t{256} << 10;

bool needs_quotes(std::string_view text, char delimiter) {
  // At the beginning of a file it would be taken for the mark of its encoding.
  if (text.starts_with("\xef\xbb\xbf")) return true;
  return std::any_of(text.begin(), text.end(),
                     [delimiter](char c) { return c == delimiter || c == '"' || c == '\n' || c == '\r'; });
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

// One column of a block as text; whether a category needs quotes is found out once.
class ColumnTexts {
 public:
  ColumnTexts(const table::Column& column, char delimiter)
      : column_(column),
        texts_(column),
        delimiter_(delimiter),
        categories_(std::get_if<table::Categories>(&column.cells)) {
    if (categories_ != nullptr) quoting_.resize(categories_->dictionary.size());
  }

  void append(std::string& out, std::size_t row) {
    if (categories_ != nullptr) {
      append_category(out, categories_->codes[row]);
    } else if (column_.is_missing(row)) {
      append_csv_cell(column_.missing_texts[column_.missing[row] - std::size_t{1}], delimiter_, out);
    } else {
      texts_.append(row, out);
    }
  }

 private:
  enum class Quoting : std::uint8_t { unknown, none, needed };

  void append_category(std::string& out, std::uint32_t code) {
    const std::string& text = categories_->dictionary[code];
    Quoting& quoting = quoting_[code];
    if (quoting == Quoting::unknown)
      quoting = needs_quotes(text, delimiter_) ? Quoting::needed : Quoting::none;
    if (quoting == Quoting::none) {
      out += text;
    } else {
      append_quoted(out, text);
    }
  }

  const table::Column& column_;
  CellTexts texts_;
  char delimiter_;
  const table::Categories* categories_;
  std::vector<Quoting> quoting_;
};

// An empty line would be no row to a reader: the lone empty cell is written as "".
void append_row(std::string& out, std::vector<ColumnTexts>& columns, char delimiter, std::size_t row) {
  const std::size_t start = out.size();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) out += delimiter;
    columns[i].append(out, row);
  }
  if (out.size() == start) out += "\"\"";
  out += '\n';
}

}  // namespace

CellTexts::CellTexts(const table::Column& column) : column_(column) {
  if (!column.number_format.empty()) format_.emplace(column.number_format);
}

void CellTexts::append(std::size_t row, std::string& out) const {
  if (const auto* cells = std::get_if<table::Categories>(&column_.cells))
    out += cells->dictionary[cells->codes[row]];
  else if (column_.is_missing(row))
    out += column_.missing_texts[column_.missing[row] - std::size_t{1}];
  else
    append_number(row, out);
}

void CellTexts::append_number(std::size_t row, std::string& out) const {
  out.append(column_.spaces_before, ' ');
  if (column_.dtype == table::Dtype::int64) {
    table::append_integer(column_.integers()[row], out);
  } else if (format_) {
    format_->append(column_.reals()[row], column_.shown_decimals.empty() ? -1 : column_.shown_decimals[row],
                    out);
  } else {
    table::append_real(column_.reals()[row], column_.decimals, out);
  }
  out.append(column_.spaces_after, ' ');
}

void append_csv_cell(std::string_view text, char delimiter, std::string& out) {
  if (needs_quotes(text, delimiter)) {
    append_quoted(out, text);
  } else {
    out += text;
  }
}

CsvWriter::CsvWriter(files::ByteSink& sink, char delimiter) : sink_(sink), delimiter_(delimiter) {}

void CsvWriter::write_header(const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) buffer_ += delimiter_;
    append_csv_cell(names[i], delimiter_, buffer_);
  }
  buffer_ += '\n';
  flush();
}

void CsvWriter::write_rows(const table::Table& block) {
  std::vector<ColumnTexts> columns;
  for (const table::Column& column : block.columns()) columns.emplace_back(column, delimiter_);
  for (std::size_t row = 0; row < block.rows(); ++row) {
    append_row(buffer_, columns, delimiter_, row);
    if (buffer_.size() >= k_buffer_bytes) flush();
  }
  flush();
}

void CsvWriter::flush() {
  if (buffer_.empty()) return;
  sink_.write(buffer_);
  buffer_.clear();
}

}  // namespace ctgan::table_formats
