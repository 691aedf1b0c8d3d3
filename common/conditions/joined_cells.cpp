#include "common/conditions/joined_cells.h"

#include <array>
#include <charconv>
#include <limits>
#include <unordered_map>

namespace ctgan::conditions {
namespace {

constexpr std::uint32_t k_unknown = std::numeric_limits<std::uint32_t>::max();

// Codes in order of first appearance.
template <typename Key>
class Numbering {
 public:
  std::uint32_t code(const Key& key) {
    return codes_.try_emplace(key, static_cast<std::uint32_t>(codes_.size())).first->second;
  }

 private:
  std::unordered_map<Key, std::uint32_t> codes_;
};

template <typename Number>
std::vector<std::uint32_t> codes_of_numbers(const table::Column& column, const std::vector<Number>& cells) {
  std::vector<std::uint32_t> codes(cells.size());
  std::unordered_map<Number, std::uint32_t> numbers;
  std::unordered_map<std::uint8_t, std::uint32_t> missing;
  for (std::size_t row = 0; row < cells.size(); ++row) {
    const auto next = static_cast<std::uint32_t>(numbers.size() + missing.size());
    codes[row] = column.is_missing(row) ? missing.try_emplace(column.missing[row], next).first->second
                                        : numbers.try_emplace(cells[row], next).first->second;
  }
  return codes;
}

}  // namespace

std::string cell_text(const table::Column& column, std::size_t row) {
  if (const auto* texts = std::get_if<table::Categories>(&column.cells))
    return texts->dictionary[texts->codes[row]];
  if (column.is_missing(row)) return column.missing_texts[column.missing[row] - std::size_t{1}];
  // Longest shortest text of a double: sign, 17 digits, point, e-308.
  std::array<char, 32> text{};
  const auto spelled = [&](auto number) {
    return std::string(text.data(), std::to_chars(text.begin(), text.end(), number).ptr);
  };
  if (column.dtype == table::Dtype::int64) return spelled(column.integers()[row]);
  return spelled(column.reals()[row] == 0 ? 0.0 : column.reals()[row]);
}

std::string joined(std::span<const std::string> cells) {
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) text += '|';
    for (const char c : cells[i]) {
      if (c == '|' || c == '\\') text += '\\';
      text += c;
    }
  }
  return text;
}

std::vector<std::string> split(std::string_view joined) {
  std::vector<std::string> cells(1);
  for (std::size_t i = 0; i < joined.size(); ++i) {
    if (joined[i] == '|') {
      cells.emplace_back();
      continue;
    }
    if (joined[i] == '\\' && i + 1 < joined.size()) ++i;
    cells.back() += joined[i];
  }
  return cells;
}

std::vector<std::uint32_t> cell_codes(const table::Column& column) {
  if (column.dtype == table::Dtype::int64) return codes_of_numbers(column, column.integers());
  if (column.dtype == table::Dtype::float64) return codes_of_numbers(column, column.reals());
  const table::Categories& cells = column.categories();
  std::vector<std::uint32_t> known(cells.dictionary.size(), k_unknown);
  std::vector<std::uint32_t> codes(cells.codes.size());
  // A dictionary may hold a text twice.
  Numbering<std::string_view> numbering;
  for (std::size_t row = 0; row < codes.size(); ++row) {
    std::uint32_t& code = known[cells.codes[row]];
    if (code == k_unknown) code = numbering.code(cells.dictionary[cells.codes[row]]);
    codes[row] = code;
  }
  return codes;
}

JoinedCells join_columns(const table::Table& table, const std::vector<std::size_t>& columns) {
  JoinedCells found;
  found.codes.resize(table.rows());
  for (const std::size_t column : columns) {
    const std::vector<std::uint32_t> codes = cell_codes(table.columns()[column]);
    Numbering<std::uint64_t> pairs;
    for (std::size_t row = 0; row < codes.size(); ++row)
      found.codes[row] = pairs.code(std::uint64_t{found.codes[row]} << 32U | codes[row]);
  }
  for (std::size_t row = 0; row < found.codes.size(); ++row) {
    const std::uint32_t code = found.codes[row];
    if (code == found.texts.size()) {
      std::vector<std::string> cells;
      cells.reserve(columns.size());
      for (const std::size_t column : columns) cells.push_back(cell_text(table.columns()[column], row));
      found.texts.push_back(joined(cells));
      found.rows.push_back(0);
    }
    ++found.rows[code];
  }
  return found;
}

}  // namespace ctgan::conditions
