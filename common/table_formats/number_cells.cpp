#include "common/table_formats/number_cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "common/errors/error.h"
#include "common/table/number_format.h"
#include "common/table_formats/padded_load.h"

namespace ctgan::table_formats {
namespace {

// More digits than that say nothing about a double.
constexpr int k_max_decimals = 17;

// Most cells of most tables: up to eight digits, and nothing else. All of them at once (Lemire, "Quickly
// parsing eight digits", 2018); false leaves the decision to read_number.
bool read_plain_integer(std::string_view cell, std::int64_t& value) {
  constexpr std::uint64_t k_zeros = 0x3030303030303030;
  constexpr std::uint64_t k_high_halves = 0xf0f0f0f0f0f0f0f0;
  const std::size_t length = cell.size();
  if (length - 1 >= sizeof(std::uint64_t) || (cell[0] == '0' && length > 1)) return false;
  const std::size_t unused = 8 * (sizeof(std::uint64_t) - length);
  const std::uint64_t zeros = (k_zeros >> (8 * (length - 1))) >> 8U;
  std::uint64_t word = load_word(cell.data()) << unused | zeros;
  constexpr std::uint64_t k_six = 0x0606060606060606;
  if ((word & k_high_halves) != k_zeros || ((word + k_six) & k_high_halves) != k_zeros) return false;
  word -= k_zeros;
  word = word * 10 + (word >> 8U);
  constexpr std::uint64_t k_pairs = 0x000000ff000000ff;
  constexpr std::uint64_t k_first = 100 + (std::uint64_t{1000000} << 32U);
  constexpr std::uint64_t k_second = 1 + (std::uint64_t{10000} << 32U);
  value =
      static_cast<std::int64_t>(((word & k_pairs) * k_first + ((word >> 16U) & k_pairs) * k_second) >> 32U);
  return true;
}

}  // namespace

std::size_t NumberCells::add(std::span<const CsvRow> rows, std::size_t column) {
  table::PackedNumber plain;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const std::string_view cell = rows[row].cells[column];
    if (read_plain_integer(cell, plain.digits)) {
      any_number_ = true;
      push(plain);
    } else if (!add_other(cell, rows[row].line)) {
      return row;
    }
  }
  return rows.size();
}

bool NumberCells::add_other(std::string_view cell, std::uint64_t line) {
  if (cell.empty()) return add_missing(cell);
  const table::NumberText text = table::read_number(cell);
  if (!text.number) return add_missing(cell);
  any_number_ = true;
  const bool real = text.exponent || text.infinite || cell.find('.') != std::string_view::npos;
  any_real_ = any_real_ || real;
  any_long_integer_ = any_long_integer_ || !(real || text.integer);
  all_integers_ = all_integers_ && text.integer;
  any_exponent_ = any_exponent_ || text.exponent;
  decimals_ = std::max(decimals_, text.decimals);
  if (text.infinite && infinite_line_ == 0) infinite_line_ = line;
  if (text.packed.form.unusual) {
    any_unusual_ = true;
    keep_unusual(cell);
  } else {
    push(text.packed);
  }
  return true;
}

bool NumberCells::add_missing(std::string_view cell) {
  if (!missing_->contains(cell)) return false;
  const auto found = std::find(missing_texts_.begin(), missing_texts_.end(), cell);
  table::PackedNumber hole;
  hole.form.missing = 1;
  hole.digits = found - missing_texts_.begin();
  if (found == missing_texts_.end()) missing_texts_.emplace_back(cell);
  push(hole);
  return true;
}

void NumberCells::push(const table::PackedNumber& packed) {
  if (!forms_.empty() || !packed.form.plain()) {
    forms_.resize(digits_.size());
    forms_.push_back(packed.form);
  }
  digits_.push_back(packed.digits);
}

void NumberCells::keep_unusual(std::string_view cell) {
  table::PackedNumber key;
  key.form.unusual = 1;
  key.digits = static_cast<std::int64_t>(unusual_.size());
  unusual_.append(cell).push_back('\n');
  push(key);
}

table::PackedNumber NumberCells::packed(std::size_t row) const {
  return {digits_[row], forms_.empty() ? table::NumberForm{} : forms_[row]};
}

std::string_view NumberCells::unusual_text(std::size_t row) const {
  const auto first = static_cast<std::size_t>(digits_[row]);
  return std::string_view(unusual_).substr(first, unusual_.find('\n', first) - first);
}

void NumberCells::append_text(std::size_t row, std::string& out) const {
  const table::PackedNumber cell = packed(row);
  if (cell.form.missing) {
    out += missing_texts_[static_cast<std::size_t>(cell.digits)];
  } else if (cell.form.unusual) {
    out += unusual_text(row);
  } else {
    table::append_number(cell, out);
  }
}

table::Column NumberCells::finish(std::string name) && {
  if (infinite_line_ != 0) {
    throw errors::Error(
        errors::Kind::bad_data,
        fmt::format("column {} has an infinite number in line {}", errors::quoted(name), infinite_line_),
        "leave the cell empty or write a number that fits a double");
  }
  table::Column column;
  column.name = std::move(name);
  column.missing = missing_mask();
  find_spaces(column);
  if (all_integers_ && any_number_) {
    column.dtype = table::Dtype::int64;
    column.cells = take_integers();
  } else {
    column.dtype = table::Dtype::float64;
    column.decimals = any_exponent_ || decimals_ > k_max_decimals ? -1 : decimals_;
    find_spelling(column);
    column.cells = take_reals();
  }
  column.missing_texts = std::move(missing_texts_);
  return column;
}

std::vector<std::uint8_t> NumberCells::missing_mask() const {
  std::vector<std::uint8_t> mask;
  if (missing_texts_.empty()) return mask;
  mask.reserve(rows());
  for (std::size_t row = 0; row < rows(); ++row) {
    const table::PackedNumber cell = packed(row);
    mask.push_back(cell.form.missing ? static_cast<std::uint8_t>(cell.digits + 1) : std::uint8_t{0});
  }
  return mask;
}

void NumberCells::find_spaces(table::Column& column) const {
  if (forms_.size() < rows()) return;  // the last number is plain
  std::optional<table::NumberForm> first;
  for (const table::NumberForm form : forms_) {
    if (form.missing) continue;
    if (form.unusual) return;
    if (!first) first = form;
    if (form.spaces_before != first->spaces_before || form.spaces_after != first->spaces_after) return;
  }
  if (!first) return;
  column.spaces_before = static_cast<std::uint8_t>(first->spaces_before);
  column.spaces_after = static_cast<std::uint8_t>(first->spaces_after);
}

// Where decimals alone do not say how the column is written. Of a long column with unusual spellings a part
// tells.
void NumberCells::find_spelling(table::Column& column) const {
  if (!any_unusual_) {
    if (find_usual_spelling(column)) find_shown_decimals(column);
    return;
  }
  constexpr std::size_t k_most_texts = 200'000;
  const std::size_t stride = rows() / k_most_texts + 1;
  std::vector<std::string> texts;
  for (std::size_t row = 0; row < rows(); row += stride) {
    if (packed(row).form.missing) continue;
    std::string text;
    append_text(row, text);
    texts.emplace_back(table::without_spaces(text));
  }
  const std::vector<table::TextCount> counts = [&] {
    std::vector<table::TextCount> counted;
    counted.reserve(texts.size());
    for (const std::string& text : texts) counted.push_back({text, 1});
    return counted;
  }();
  const auto format = table::NumberFormat::infer(counts);
  if (!format) return;
  column.number_format = format->pattern();
  if (format->parts().padded) find_shown_decimals(column);
}

// For numbers with a point and nothing else; true where each row has decimals of its own.
bool NumberCells::find_usual_spelling(table::Column& column) const {
  constexpr std::int64_t k_fewer_digits_than_doubles = 1'000'000'000'000'000;
  table::NumberFormat::Parts parts;
  parts.least_decimals = table::NumberFormat::k_most_decimals;
  int most_with_zero = 0;
  for (std::size_t row = 0; row < rows(); ++row) {
    const table::PackedNumber cell = packed(row);
    if (cell.form.missing) continue;
    const int decimals = cell.form.decimals;
    parts.least_decimals = std::min(parts.least_decimals, decimals);
    parts.most_decimals = std::max(parts.most_decimals, decimals);
    if (decimals > most_with_zero && cell.digits % 10 == 0) most_with_zero = decimals;
    const std::int64_t size = cell.digits < 0 ? -cell.digits : cell.digits;
    if (size >= k_fewer_digits_than_doubles) parts.style = table::NumberFormat::Style::general;
  }
  if (parts.least_decimals >= parts.most_decimals) return false;
  parts.padded = most_with_zero > parts.least_decimals;
  parts.always_point = parts.least_decimals > 0;
  column.number_format = table::NumberFormat(parts).pattern();
  return parts.padded && parts.style == table::NumberFormat::Style::decimals;
}

void NumberCells::find_shown_decimals(table::Column& column) const {
  column.shown_decimals.resize(rows());
  std::string text;
  for (std::size_t row = 0; row < rows(); ++row) {
    const table::PackedNumber cell = packed(row);
    if (cell.form.missing) continue;
    text.clear();
    append_text(row, text);
    column.shown_decimals[row] = static_cast<std::uint8_t>(table::shown_decimals(text, "."));
  }
}

std::vector<std::int64_t> NumberCells::take_integers() {
  for (std::size_t row = 0; row < forms_.size(); ++row) {
    if (forms_[row].missing) digits_[row] = 0;
    if (forms_[row].unusual) digits_[row] = table::integer_value(unusual_text(row));
  }
  digits_.shrink_to_fit();
  return std::move(digits_);
}

std::vector<double> NumberCells::take_reals() const {
  std::vector<double> values;
  values.reserve(rows());
  for (std::size_t row = 0; row < rows(); ++row) {
    const table::PackedNumber cell = packed(row);
    if (cell.form.missing) {
      values.push_back(0.0);
    } else {
      values.push_back(cell.form.unusual ? table::real_value(unusual_text(row)) : table::real_value(cell));
    }
  }
  return values;
}

}  // namespace ctgan::table_formats
