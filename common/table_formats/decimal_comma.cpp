#include "common/table_formats/decimal_comma.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/errors/error.h"
#include "common/table/number_text.h"
#include "common/table_formats/csv_records.h"

namespace ctgan::table_formats {
namespace {

using errors::Error;
using errors::Kind;

// A number once its comma is a point.
bool is_decimal_comma(std::string_view text) {
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos || text.find('.') != std::string_view::npos) return false;
  if (comma + 1 == text.size() || !table::is_digit(text[comma + 1])) return false;
  std::string pointed(text);
  pointed[comma] = '.';
  return table::read_number(pointed).number;
}

// 1.234 and 1.234,56: a number with points between its thousands, or with a decimal point.
bool has_points(std::string_view text) {
  if (text.find('.') == std::string_view::npos) return false;
  std::string without(text);
  without.erase(std::remove(without.begin(), without.end(), '.'), without.end());
  return table::read_number(text).number || is_decimal_comma(without);
}

}  // namespace

void point_decimals(CsvBlock& block, std::size_t first, std::string_view name) {
  for (std::size_t i = first; i < block.records.size(); ++i) {
    const CsvRecord& record = block.records[i];
    for (std::size_t at = record.first; at < record.first + record.cells; ++at) {
      const std::string_view cell = block.cells[at];
      const std::size_t mark = cell.find_first_of(",.");
      if (mark == std::string_view::npos) continue;
      if (has_points(cell)) {
        throw Error(Kind::bad_data,
                    fmt::format("{} has the number {} with a point in line {}, beside decimal commas", name,
                                errors::quoted(cell), record.line),
                    "write it without the point, or leave '--decimal ,' out");
      }
      if (is_decimal_comma(cell))
        block.bytes[static_cast<std::size_t>(cell.data() - block.bytes.data()) + mark] = '.';
    }
  }
}

void refuse_decimal_commas(const table::Table& table, char delimiter, const FileRequest& request) {
  if (request.dialect.decimal_comma || delimiter == ',') return;
  for (const table::Column& column : table.columns()) {
    const auto said = request.columns.find(column.name);
    if (column.dtype != table::Dtype::text || (said != request.columns.end() && said->second.kind)) continue;
    const auto& texts = column.categories().dictionary;
    const auto example = std::find_if(texts.begin(), texts.end(), is_decimal_comma);
    const bool numbers = std::all_of(texts.begin(), texts.end(), [&](const std::string& text) {
      return request.missing.contains(text) || is_decimal_comma(text) || table::read_number(text).number;
    });
    if (example == texts.end() || !numbers) continue;
    throw Error(
        Kind::bad_data,
        fmt::format("column {} holds numbers with a decimal comma, such as {}", errors::quoted(column.name),
                    errors::quoted(*example)),
        fmt::format("give '--decimal ,', or take them as categories with '--discrete {}'", column.name));
  }
}

}  // namespace ctgan::table_formats
