#include "common/table/rare_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <unordered_set>

#include "common/errors/error.h"
#include "common/table/kind_traits.h"

namespace ctgan::table {
namespace {

using nlohmann::json;

bool loses_rare_values(const KindTraits& kind, const RareValues& rare) {
  return rare.rows > 0 && !(kind.rare_may_stay && rare.rows == rare.present);
}

// Rows with each different value; which value it is does not matter.
std::vector<std::uint64_t> counts_of(const Column& column, const std::vector<std::string>& missing_texts) {
  std::vector<std::uint64_t> counts;
  if (const auto* texts = std::get_if<Categories>(&column.cells)) {
    counts.resize(texts->dictionary.size());
    for (const std::uint32_t code : texts->codes) ++counts[code];
    for (std::size_t code = 0; code < counts.size(); ++code) {
      if (std::find(missing_texts.begin(), missing_texts.end(), texts->dictionary[code]) !=
          missing_texts.end())
        counts[code] = 0;
    }
    return counts;
  }
  const auto count = [&](const auto& cells) {
    std::unordered_map<typename std::decay_t<decltype(cells)>::value_type, std::uint64_t> rows_of;
    for (std::size_t row = 0; row < cells.size(); ++row)
      if (!column.is_missing(row)) ++rows_of[cells[row]];
    for (const auto& [value, rows] : rows_of) counts.push_back(rows);
  };
  column.dtype == Dtype::int64 ? count(column.integers()) : count(column.reals());
  return counts;
}

// How many units have a text of each code.
std::vector<std::uint64_t> units_by_code(const Categories& texts, const Units& units) {
  std::vector<std::uint64_t> counts(texts.dictionary.size());
  std::unordered_set<std::uint64_t> seen;
  for (std::size_t row = 0; row < texts.codes.size(); ++row) {
    constexpr unsigned k_half = 32;
    const std::uint64_t code = texts.codes[row];
    if (seen.insert(code << k_half | units.rows[row]).second) ++counts[code];
  }
  return counts;
}

// "name, phone and 3 more"
std::string named(const std::vector<RareValues>& columns) {
  constexpr std::size_t k_most = 8;
  std::string text;
  for (std::size_t i = 0; i < std::min(columns.size(), k_most); ++i)
    text += (i == 0 ? "" : ", ") + errors::visible(columns[i].column);
  if (columns.size() > k_most) text += fmt::format(" and {} more", columns.size() - k_most);
  return text;
}

std::string made_anew_line(const ProtectedColumns& found) {
  return fmt::format(
      "Made anew in their shape, no value copied: {}; '--discrete COLUMN --min-category-count 1' learns a "
      "column word for word",
      named(found.made_anew));
}

std::string left_out_line(const ProtectedColumns& found) {
  std::uint64_t values = 0;
  for (const RareValues& column : found.left_out) values += column.values;
  return fmt::format(
      "Left out, since fewer than {} {} share them: {} value{} of {}; '--min-category-count 1' learns them",
      found.rows_to_share,
      found.unit.empty() ? std::string("rows") : "values of " + errors::visible(found.unit), values,
      values == 1 ? "" : "s", named(found.left_out));
}

json list_json(const std::vector<RareValues>& columns) {
  json list = json::array();
  for (const RareValues& column : columns) {
    list.push_back({{"column", column.column},
                    {"values", column.values},
                    {"rows", column.rows},
                    {"present", column.present}});
  }
  return list;
}

std::vector<RareValues> list_from(const json& value) {
  std::vector<RareValues> list;
  for (const json& column : value) {
    list.push_back({column.at("column").get<std::string>(), column.at("values").get<std::uint64_t>(),
                    column.at("rows").get<std::uint64_t>(), column.at("present").get<std::uint64_t>()});
  }
  return list;
}

}  // namespace

TableRules default_protection() {
  TableRules rules;
  rules.min_category_count = 5;
  rules.relaxed_if_small = true;
  return rules;
}

std::uint64_t rows_to_share(const TableRules& rules, std::size_t rows) {
  constexpr std::uint64_t k_least = 3;
  constexpr std::uint64_t k_part = 20;
  if (!rules.relaxed_if_small) return rules.min_category_count;
  return std::min(rules.min_category_count, std::max<std::uint64_t>(rows / k_part, k_least));
}

RareValues rare_values(const Column& column, const std::vector<std::string>& missing_texts,
                       std::uint64_t rows_to_share, const Units& units) {
  RareValues found{column.name};
  const std::vector<std::uint64_t> rows_of = counts_of(column, missing_texts);
  const auto* texts = std::get_if<Categories>(&column.cells);
  const std::vector<std::uint64_t> units_with =
      units.rows.empty() || texts == nullptr ? rows_of : units_by_code(*texts, units);
  for (std::size_t value = 0; value < rows_of.size(); ++value) {
    found.present += rows_of[value];
    if (rows_of[value] == 0 || units_with[value] >= rows_to_share) continue;
    ++found.values;
    found.rows += rows_of[value];
  }
  return found;
}

void protect_people(const Column& column, bool named_like_identifier, std::uint64_t rows_to_share,
                    ColumnMetadata& metadata) {
  const bool discrete = metadata.kind == ColumnKind::categorical;
  const bool texts = column.dtype == Dtype::text && (discrete || metadata.kind == ColumnKind::constant);
  const bool numbers = column.dtype == Dtype::int64 && metadata.kind == ColumnKind::numerical;
  const bool as_category = is_numeric(column.dtype) && discrete;
  if (rows_to_share < 2 || !(texts || as_category || (numbers && named_like_identifier))) return;
  if (rare_values(column, metadata.missing_texts, rows_to_share).in_most_rows())
    metadata.kind = as_category ? ColumnKind::numerical : ColumnKind::id;
}

void protect_units(const Table& table, Metadata& metadata) {
  const Units units = units_of(table, metadata);
  if (units.rows.empty() || metadata.rules.min_category_count < 2) return;
  for (std::size_t i = 0; i < metadata.columns.size(); ++i) {
    const Column& column = table.columns()[i];
    ColumnMetadata& described = metadata.columns[i];
    if (column.dtype != Dtype::text || described.kind != ColumnKind::categorical) continue;
    if (rare_values(column, described.missing_texts, metadata.rules.min_category_count, units).in_most_rows())
      described.kind = ColumnKind::id;
  }
}

void withhold_rare(Table& table, const Metadata& metadata) {
  const Units units = units_of(table, metadata);
  const std::uint64_t least = metadata.rules.min_category_count;
  if (units.rows.empty() || least < 2) return;
  std::vector<Column> columns = table.columns();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const ColumnMetadata& described = metadata.columns[i];
    auto* texts = std::get_if<Categories>(&columns[i].cells);
    if (texts == nullptr || described.kind != ColumnKind::categorical) continue;
    const std::vector<std::uint64_t> units_with = units_by_code(*texts, units);
    for (std::size_t row = 0; row < texts->codes.size(); ++row) {
      const std::uint32_t code = texts->codes[row];
      const std::string& text = texts->dictionary[code];
      const bool is_missing = std::find(described.missing_texts.begin(), described.missing_texts.end(),
                                        text) != described.missing_texts.end();
      if (is_missing || units_with[code] >= least) continue;
      texts->codes[row] = static_cast<std::uint32_t>(texts->dictionary.size());
      texts->dictionary.push_back(fmt::format("{}\x1f{}", text, row));
    }
  }
  table = Table(std::move(columns));
}

ProtectedColumns protected_columns(const Table& table, const Metadata& metadata) {
  ProtectedColumns found;
  const Units units = units_of(table, metadata);
  found.unit = units.column;
  found.rows_to_share = metadata.rules.min_category_count;
  for (std::size_t i = 0; i < table.columns().size(); ++i) {
    const ColumnMetadata& column = metadata.columns[i];
    const KindTraits& kind = traits_of(column.kind);
    if (!kind.made_anew && !kind.is_discrete()) continue;
    RareValues rare = rare_values(table.columns()[i], column.missing_texts, found.rows_to_share, units);
    if (kind.made_anew)
      found.made_anew.push_back(std::move(rare));
    else if (loses_rare_values(kind, rare))
      found.left_out.push_back(std::move(rare));
  }
  return found;
}

std::vector<std::string> protection_lines(const ProtectedColumns& found) {
  std::vector<std::string> lines;
  if (!found.made_anew.empty()) lines.push_back(made_anew_line(found));
  if (!found.left_out.empty()) lines.push_back(left_out_line(found));
  return lines;
}

json to_json(const ProtectedColumns& found) {
  json value{{"rows_to_share", found.rows_to_share},
             {"made_anew", list_json(found.made_anew)},
             {"left_out", list_json(found.left_out)}};
  if (!found.unit.empty()) value["unit"] = found.unit;
  return value;
}

ProtectedColumns protected_columns_from_json(const json& value) {
  try {
    return {value.at("rows_to_share").get<std::uint64_t>(), value.value("unit", std::string()),
            list_from(value.at("made_anew")), list_from(value.at("left_out"))};
  } catch (const json::exception& error) {
    throw errors::Error(errors::Kind::bad_data,
                        fmt::format("what was protected cannot be read: {}", error.what()));
  }
}

}  // namespace ctgan::table
