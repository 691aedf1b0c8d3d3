#include "common/table/row_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "common/errors/closest.h"
#include "common/errors/error.h"

namespace ctgan::table {
namespace {

constexpr std::array<std::pair<std::string_view, RowFormat>, 4> k_names{{{"csv", RowFormat::csv},
                                                                         {"tsv", RowFormat::tsv},
                                                                         {"jsonl", RowFormat::jsonl},
                                                                         {"json", RowFormat::json}}};
constexpr std::array<std::pair<std::string_view, RowFormat>, 6> k_suffixes{{{".csv", RowFormat::csv},
                                                                            {".tsv", RowFormat::tsv},
                                                                            {".tab", RowFormat::tsv},
                                                                            {".jsonl", RowFormat::jsonl},
                                                                            {".ndjson", RowFormat::jsonl},
                                                                            {".json", RowFormat::json}}};

}  // namespace

RowFormat parse_row_format(std::string_view text) {
  std::vector<std::string> names;
  for (const auto& [name, format] : k_names) {
    if (name == text) return format;
    names.emplace_back(name);
  }
  throw errors::Error(errors::Kind::usage, fmt::format("rows cannot be written as {}", errors::quoted(text)),
                      errors::suggestion(text, names));
}

std::string_view row_format_name(RowFormat format) {
  return std::find_if(k_names.begin(), k_names.end(),
                      [format](const auto& row) { return row.second == format; })
      ->first;
}

std::optional<RowFormat> row_format_of_name(std::string_view file_name) {
  if (file_name.ends_with(".gz")) file_name.remove_suffix(3);
  for (const auto& [suffix, format] : k_suffixes) {
    if (file_name.ends_with(suffix)) return format;
  }
  return std::nullopt;
}

std::string cell_types(const Metadata& metadata) {
  std::string types;
  for (const ColumnMetadata& column : metadata.columns) {
    const bool number = column.dtype == Dtype::int64 || column.dtype == Dtype::float64;
    types += number ? 'n' : column.dtype == Dtype::boolean ? 'b' : 't';
  }
  return types;
}

}  // namespace ctgan::table
