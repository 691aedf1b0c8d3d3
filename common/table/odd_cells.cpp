#include "common/table/odd_cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include "common/errors/error.h"
#include "common/table/datetime_format.h"
#include "common/table/number_format.h"
#include "common/table/number_text.h"

namespace ctgan::table {
namespace {

constexpr std::size_t k_most_odd = 5;
constexpr std::size_t k_least_usual = 10;
constexpr std::size_t k_shown = 3;

bool has_digit(std::string_view text) {
  return text.find_first_of("0123456789") != std::string_view::npos;
}

// The texts of a column, apart.
struct Split {
  bool dates = false;
  std::vector<TextCount> usual;
  std::vector<TextCount> odd;
};

template <typename IsUsual>
Split split(const std::vector<TextCount>& texts, const IsUsual& is_usual) {
  Split found;
  for (const TextCount& one : texts) (is_usual(one.text) ? found.usual : found.odd).push_back(one);
  return found;
}

std::size_t rows_of(const std::vector<TextCount>& texts) {
  std::size_t rows = 0;
  for (const TextCount& one : texts) rows += one.rows;
  return rows;
}

bool is_telling(const Split& found) {
  return !found.odd.empty() && found.odd.size() <= k_most_odd && found.usual.size() >= k_least_usual &&
         rows_of(found.usual) >= rows_of(found.odd);
}

std::vector<std::string_view> views(const std::vector<TextCount>& texts) {
  std::vector<std::string_view> found;
  found.reserve(texts.size());
  for (const TextCount& one : texts) found.push_back(one.text);
  return found;
}

std::optional<Split> numbers_and_others(const std::vector<TextCount>& texts) {
  Split plain = split(texts, [](std::string_view text) {
    const NumberText number = read_number(text);
    return number.number && !number.infinite;
  });
  if (is_telling(plain)) return plain;
  Split printed = split(texts, [](std::string_view text) {
    const auto number = scan_number(text);
    if (!number) return false;
    const NumberAffixes affixes = affixes_of(*number);
    return are_units(affixes.before, affixes.after);
  });
  if (is_telling(printed) && NumberFormat::infer(printed.usual)) return printed;
  return std::nullopt;
}

// What has no digit is no date. Of the others some may be none, too, so pieces are tried: more than half of
// them are without an odd text.
std::optional<Split> dates_and_others(const std::vector<TextCount>& texts) {
  const Split digits = split(texts, has_digit);
  if (digits.usual.size() < k_least_usual || digits.odd.size() > k_most_odd) return std::nullopt;
  const std::vector<std::string_view> tried = views(digits.usual);
  const std::size_t piece = std::max<std::size_t>(tried.size() / (2 * k_most_odd + 1), 1);
  for (std::size_t first = 0; first < tried.size(); first += piece) {
    const auto format =
        DatetimeFormat::infer(std::span(tried).subspan(first, std::min(piece, tried.size() - first)));
    if (!format) continue;
    Split found = split(texts, [&](std::string_view text) { return format->read(text).has_value(); });
    found.dates = true;
    if (is_telling(found)) return found;
  }
  return std::nullopt;
}

std::vector<TextCount> present_texts(const Column& column, const ColumnMetadata& metadata) {
  const Categories& cells = column.categories();
  std::vector<std::size_t> rows(cells.dictionary.size());
  for (const std::uint32_t code : cells.codes) ++rows[code];
  const std::set<std::string_view> missing(metadata.missing_texts.begin(), metadata.missing_texts.end());
  std::vector<TextCount> texts;
  for (std::size_t code = 0; code < rows.size(); ++code) {
    if (rows[code] > 0 && !missing.contains(cells.dictionary[code]))
      texts.push_back({cells.dictionary[code], rows[code]});
  }
  return texts;
}

// Cheap, before anything is tried: of the first texts at least half have a digit.
bool is_worth_a_look(const std::vector<TextCount>& texts) {
  constexpr std::size_t k_looked_at = 100;
  const std::size_t count = std::min(texts.size(), k_looked_at);
  const auto digits = std::count_if(texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(count),
                                    [](const TextCount& one) { return has_digit(one.text); });
  return count > k_least_usual && 2 * static_cast<std::size_t>(digits) >= count;
}

OddCells describe(const Column& column, Split found) {
  std::stable_sort(found.odd.begin(), found.odd.end(),
                   [](const auto& a, const auto& b) { return a.rows > b.rows; });
  OddCells odd;
  odd.column = column.name;
  odd.dates = found.dates;
  odd.rows = rows_of(found.odd);
  odd.of = column.rows();
  for (const TextCount& one : found.odd) odd.texts.emplace_back(one.text);
  const Categories& cells = column.categories();
  while (std::find(odd.texts.begin(), odd.texts.end(), cells.dictionary[cells.codes[odd.first_row]]) ==
         odd.texts.end())
    ++odd.first_row;
  // Numbers stood before it, if anything: then it is the cell that made the column text.
  const bool numbers = std::all_of(found.usual.begin(), found.usual.end(),
                                   [](const TextCount& one) { return read_number(one.text).number; });
  if (numbers) odd.first_line = column.first_text_line;
  ++odd.first_row;
  return odd;
}

// In single quotes, as a shell takes it.
std::string shell_word(const std::string& text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

}  // namespace

std::vector<OddCells> find_odd_cells(const Table& table, const Metadata& metadata) {
  std::vector<OddCells> found;
  for (std::size_t i = 0; i < table.columns().size(); ++i) {
    const Column& column = table.columns()[i];
    const ColumnKind kind = metadata.columns[i].kind;
    if (column.dtype != Dtype::text || (kind != ColumnKind::categorical && kind != ColumnKind::id)) continue;
    const std::vector<TextCount> texts = present_texts(column, metadata.columns[i]);
    if (!is_worth_a_look(texts)) continue;
    auto apart = dates_and_others(texts);
    if (!apart) apart = numbers_and_others(texts);
    if (apart) found.push_back(describe(column, std::move(*apart)));
  }
  return found;
}

std::string odd_cells_text(const OddCells& odd, const Metadata& metadata) {
  std::string shown;
  for (std::size_t i = 0; i < std::min(odd.texts.size(), k_shown); ++i)
    shown += (i > 0 ? ", " : "") + errors::quoted(odd.texts[i]);
  if (odd.texts.size() > k_shown) shown += fmt::format(" and {} more", odd.texts.size() - k_shown);
  std::set<std::string> missing(odd.texts.begin(), odd.texts.end());
  for (const ColumnMetadata& column : metadata.columns)
    missing.insert(column.missing_texts.begin(), column.missing_texts.end());
  missing.erase("");
  const bool sayable = std::none_of(missing.begin(), missing.end(), [](const std::string& text) {
    return text.find_first_of(",\n\r") != std::string::npos || read_number(text).number;
  });
  std::string remedy = "empty cells in their place make it ";
  if (sayable) {
    std::string list;
    for (const std::string& text : missing) list += (list.empty() ? "" : ",") + text;
    remedy = fmt::format("--missing {} makes it ", shell_word(list));
  }
  return fmt::format("column {} is text because of {} in {} of {} rows, first in {} {}: {}{}",
                     errors::quoted(odd.column), shown, odd.rows, odd.of, odd.first_line > 0 ? "line" : "row",
                     odd.first_line > 0 ? odd.first_line : odd.first_row, remedy,
                     odd.dates ? "a date" : "a number");
}

}  // namespace ctgan::table
