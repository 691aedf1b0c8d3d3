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

constexpr std::size_t k_note_bytes = 65'000;

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

CellTypes cell_types(const Metadata& metadata) {
  CellTypes types;
  for (const ColumnMetadata& column : metadata.columns) {
    const bool number = column.dtype == Dtype::int64 || column.dtype == Dtype::float64;
    const bool truth = column.dtype == Dtype::boolean || column.kind == ColumnKind::boolean;
    types.letters += number ? 'n' : truth ? 'b' : column.has_missing() ? 'T' : 't';
    types.missing.insert(types.missing.end(), column.missing_texts.begin(), column.missing_texts.end());
  }
  std::sort(types.missing.begin(), types.missing.end());
  types.missing.erase(std::unique(types.missing.begin(), types.missing.end()), types.missing.end());
  return types;
}

std::string to_note(const CellTypes& types) {
  std::string note = types.letters;
  for (const std::string& text : types.missing) {
    if (note.size() + 1 + text.size() > k_note_bytes) break;
    note += '\0';
    note += text;
  }
  return note;
}

CellTypes cell_types_of_note(std::string_view note) {
  CellTypes types;
  std::size_t end = std::min(note.find('\0'), note.size());
  types.letters = note.substr(0, end);
  while (end < note.size()) {
    const std::size_t first = end + 1;
    end = std::min(note.find('\0', first), note.size());
    types.missing.emplace_back(note.substr(first, end - first));
  }
  return types;
}

}  // namespace ctgan::table
