#include "common/table_formats/row_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "common/errors/closest.h"
#include "common/errors/error.h"

namespace ctgan::table_formats {
namespace {

constexpr std::array<std::pair<std::string_view, RowFormat>, 5> k_names{{{"csv", RowFormat::csv},
                                                                         {"tsv", RowFormat::tsv},
                                                                         {"jsonl", RowFormat::jsonl},
                                                                         {"json", RowFormat::json},
                                                                         {"parquet", RowFormat::parquet}}};
constexpr std::array<std::pair<std::string_view, RowFormat>, 8> k_suffixes{{{".csv", RowFormat::csv},
                                                                            {".tsv", RowFormat::tsv},
                                                                            {".tab", RowFormat::tsv},
                                                                            {".jsonl", RowFormat::jsonl},
                                                                            {".ndjson", RowFormat::jsonl},
                                                                            {".json", RowFormat::json},
                                                                            {".parquet", RowFormat::parquet},
                                                                            {".pq", RowFormat::parquet}}};

constexpr std::size_t k_note_bytes = 65'000;
constexpr char k_storage_mark = '\1';

// What others call their formats, and how pandas writes them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 16> k_foreign{{{"feather", "to_feather"},
                                                                                   {"orc", "to_orc"},
                                                                                   {"xlsx", "to_excel"},
                                                                                   {"xls", "to_excel"},
                                                                                   {"xlsm", "to_excel"},
                                                                                   {"ods", "to_excel"},
                                                                                   {"dta", "to_stata"},
                                                                                   {"h5", "to_hdf"},
                                                                                   {"pkl", "to_pickle"},
                                                                                   {"pickle", "to_pickle"},
                                                                                   {"arrow", ""},
                                                                                   {"sav", ""},
                                                                                   {"sas7bdat", ""},
                                                                                   {"rds", ""},
                                                                                   {"db", "to_sql"},
                                                                                   {"sqlite", "to_sql"}}};

// Each behind its mark.
std::vector<std::string> storage_of(std::string_view text) {
  std::vector<std::string> types;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(k_storage_mark, at + 1), text.size());
    types.emplace_back(text.substr(at + 1, end - at - 1));
    at = end;
  }
  return types;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// "parquet" of "a/b.parquet.gz"; empty where the last point begins no word, as in "daily.2024-01-03".
std::string extension_of(std::string_view name) {
  constexpr std::size_t k_longest = 10;
  if (name.ends_with(".gz")) name.remove_suffix(3);
  name = name.substr(name.rfind('/') + 1);
  const std::size_t point = name.rfind('.');
  if (point == std::string_view::npos || point == 0 || name.size() - point > k_longest) return {};
  std::string extension;
  for (const char c : name.substr(point + 1)) {
    if (!is_letter(c) && (c < '0' || c > '9')) return {};
    extension += static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  }
  return std::any_of(extension.begin(), extension.end(), is_letter) ? extension : std::string();
}

[[noreturn]] void refuse_output(std::string_view name, const std::string& extension,
                                std::string_view writer) {
  const std::string_view stem = name.substr(0, name.rfind('.'));
  throw errors::Error(
      errors::Kind::usage, fmt::format("{} would be no {} file", errors::quoted(name), extension),
      writer.empty()
          ? "rows are written as .csv, .tsv, .jsonl or .json, each packed when .gz follows, or .parquet; for "
            "another "
            "name say which with '--format'"
          : fmt::format("write {0}.csv and let pandas make it: pandas.read_csv('{0}.csv').{1}('{2}')", stem,
                        writer, name));
}

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

RowFormat row_format_of_output(std::string_view file_name) {
  if (const auto known = row_format_of_name(file_name)) return *known;
  refuse_foreign_output(file_name);
  if (const std::string extension = extension_of(file_name); !extension.empty())
    refuse_output(file_name, extension, "");
  return RowFormat::csv;
}

void require_extension(std::string_view file_name, std::string_view extension) {
  const std::string given = extension_of(file_name);
  if (given.empty() || given == extension || (given == "htm" && extension == "html")) return;
  throw errors::Error(errors::Kind::usage,
                      fmt::format("{} would be no {} file", errors::quoted(file_name), given),
                      fmt::format("what is written there is {}: name it .{}", extension, extension));
}

void refuse_foreign_output(std::string_view file_name) {
  const std::string extension = extension_of(file_name);
  for (const auto& [foreign, writer] : k_foreign)
    if (extension == foreign) refuse_output(file_name, extension, writer);
}

CellTypes cell_types(const table::Metadata& metadata) {
  CellTypes types;
  for (const table::ColumnMetadata& column : metadata.columns) {
    const bool number = column.dtype == table::Dtype::int64 || column.dtype == table::Dtype::float64;
    const bool truth = column.dtype == table::Dtype::boolean || column.kind == table::ColumnKind::boolean;
    types.letters += number ? 'n' : truth ? 'b' : column.has_missing() ? 'T' : 't';
    types.missing.insert(types.missing.end(), column.missing_texts.begin(), column.missing_texts.end());
  }
  for (const table::ColumnMetadata& column : metadata.columns) types.storage.push_back(column.storage_type);
  if (std::all_of(types.storage.begin(), types.storage.end(), [](const auto& type) { return type.empty(); }))
    types.storage.clear();
  std::sort(types.missing.begin(), types.missing.end());
  types.missing.erase(std::unique(types.missing.begin(), types.missing.end()), types.missing.end());
  return types;
}

bool CellTypes::means_missing(std::size_t column, std::string_view cell) const {
  if (letters[column] == 't') return false;
  return cell.empty() || (letters[column] == 'T' && std::binary_search(missing.begin(), missing.end(), cell));
}

std::string to_note(const CellTypes& types) {
  std::string note = types.letters;
  std::vector<std::string> texts = types.missing;
  std::string storage;
  for (const std::string& type : types.storage) storage += k_storage_mark + type;
  // Programs of before take it for one more missing text, and look for those in a sorted list.
  if (!storage.empty() && note.size() + 1 + storage.size() <= k_note_bytes)
    texts.insert(std::upper_bound(texts.begin(), texts.end(), storage), storage);
  for (const std::string& text : texts) {
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
    const std::string_view text = note.substr(first, end - first);
    if (text.starts_with(k_storage_mark))
      types.storage = storage_of(text);
    else
      types.missing.emplace_back(text);
  }
  return types;
}

}  // namespace ctgan::table_formats
