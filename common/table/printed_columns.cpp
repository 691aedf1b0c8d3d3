#include "common/table/printed_columns.h"

#include <algorithm>
#include <vector>

#include "common/table/number_text.h"

namespace ctgan::table {
namespace {

std::vector<TextCount> count(const Column& column, std::span<const std::string_view> texts) {
  const Categories& cells = column.categories();
  std::vector<std::size_t> rows(cells.dictionary.size());
  for (const std::uint32_t code : cells.codes) ++rows[code];
  std::vector<TextCount> counted;
  counted.reserve(texts.size());
  // Both stand in the order of the dictionary.
  std::size_t code = 0;
  for (const std::string_view text : texts) {
    while (cells.dictionary[code] != text) ++code;
    counted.push_back({text, rows[code]});
  }
  return counted;
}

bool counts_up(const Column& column, const NumberFormat& format) {
  const Categories& cells = column.categories();
  std::optional<double> last;
  for (const std::uint32_t code : cells.codes) {
    const auto value = format.read(cells.dictionary[code]);
    if (!value || (last && *value != *last + 1)) return false;
    last = value;
  }
  return true;
}

}  // namespace

std::optional<NumberFormat> infer_number_format(const Column& column,
                                                std::span<const std::string_view> texts) {
  if (texts.empty() || !scan_number(texts.front())) return std::nullopt;
  if (auto format = NumberFormat::infer(count(column, texts))) return format;
  const auto duration = DurationFormat::infer(texts);
  return duration ? std::optional(NumberFormat(duration->pattern())) : std::nullopt;
}

std::optional<NumberFormat> infer_printed_numbers(const Column& column,
                                                  std::span<const std::string_view> texts) {
  const auto plain = [](std::string_view text) { return read_number(text).number; };
  if (std::all_of(texts.begin(), texts.end(), plain)) return std::nullopt;
  auto format = infer_number_format(column, texts);
  if (format && format->whole() && !format->duration() && counts_up(column, *format)) return std::nullopt;
  return format;
}

std::string_view first_odd_text(std::span<const std::string_view> texts) {
  const auto odd = std::find_if(texts.begin(), texts.end(), [](std::string_view text) {
    const auto number = scan_number(text);
    if (!number) return true;
    const NumberAffixes affixes = affixes_of(*number);
    return !are_units(affixes.before, affixes.after);
  });
  return odd == texts.end() ? texts.front() : *odd;
}

}  // namespace ctgan::table
