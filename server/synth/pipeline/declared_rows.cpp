#include "server/synth/pipeline/declared_rows.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "server/synth/domains/value_steps.h"
#include "server/synth/paid_domains/unit_rows.h"

namespace ctgan::synth::pipeline {
namespace {

using domains::ValueSteps;
using table::Column;
using table::ColumnMetadata;
using table::Dtype;

// The step of each text of the dictionary; nothing where it stands for none.
std::vector<std::optional<std::int64_t>> steps_of(const std::vector<std::string>& dictionary,
                                                  const ColumnMetadata& metadata, const ValueSteps& steps) {
  const std::vector<std::string>& missing = metadata.missing_texts;
  std::vector<std::optional<std::int64_t>> read;
  read.reserve(dictionary.size());
  for (const std::string& text : dictionary) {
    const bool is_missing = std::find(missing.begin(), missing.end(), text) != missing.end();
    read.push_back(is_missing ? std::nullopt : steps.read(text));
  }
  return read;
}

Column numbers_of(const Column& texts, const ColumnMetadata& metadata) {
  const ValueSteps steps(metadata);
  const table::Categories& cells = texts.categories();
  const auto read = steps_of(cells.dictionary, metadata, steps);
  Column column;
  column.name = texts.name;
  column.dtype = Dtype::float64;
  column.decimals = metadata.decimals;
  column.missing_texts = {""};
  column.missing.resize(cells.codes.size());
  std::vector<double> numbers(cells.codes.size());
  for (std::size_t row = 0; row < numbers.size(); ++row) {
    const auto& step = read[cells.codes[row]];
    column.missing[row] = step ? 0 : 1;
    if (step) numbers[row] = steps.number(*step);
  }
  column.cells = std::move(numbers);
  return column;
}

Column dates_of(const Column& texts, const ColumnMetadata& metadata) {
  const ValueSteps steps(metadata);
  const table::Categories& cells = texts.categories();
  std::unordered_map<std::string, std::uint32_t> codes;
  table::Categories dates;
  std::vector<std::uint32_t> code_of;
  for (const auto& step : steps_of(cells.dictionary, metadata, steps)) {
    std::string text = step ? steps.text(*step) : std::string();
    const auto [found, is_new] = codes.try_emplace(text, static_cast<std::uint32_t>(dates.dictionary.size()));
    if (is_new) dates.dictionary.push_back(std::move(text));
    code_of.push_back(found->second);
  }
  dates.codes.reserve(cells.codes.size());
  for (const std::uint32_t code : cells.codes) dates.codes.push_back(code_of[code]);
  Column column;
  column.name = texts.name;
  column.cells = std::move(dates);
  return column;
}

}  // namespace

table::Table as_declared(const table::Table& texts, const table::Metadata& metadata) {
  std::vector<Column> columns;
  columns.reserve(texts.columns().size());
  for (const ColumnMetadata& column : metadata.columns) {
    const Column* cells = texts.find(column.name);
    if (cells == nullptr) continue;
    if (column.kind == table::ColumnKind::numerical)
      columns.push_back(numbers_of(*cells, column));
    else if (column.kind == table::ColumnKind::datetime)
      columns.push_back(dates_of(*cells, column));
    else
      columns.push_back(*cells);
  }
  return table::Table(std::move(columns));
}

table::Table set_aside_units(table::Table& table, const table::Metadata& metadata, double share,
                             privacy::NoiseBits& bits) {
  constexpr double k_words = 0x1p64;
  const auto is_drawn = [&] { return static_cast<double>(bits.next()) < share * k_words; };
  std::vector<std::uint32_t> units = paid_domains::units_of(table, metadata);
  if (units.empty()) {
    units.resize(table.rows());
    std::iota(units.begin(), units.end(), 0U);
  }
  const std::size_t highest = units.empty() ? 0 : *std::max_element(units.begin(), units.end());
  std::vector<std::optional<bool>> is_aside(highest + 1);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < units.size(); ++row) {
    std::optional<bool>& unit = is_aside[units[row]];
    if (!unit) unit = is_drawn();
    if (*unit) rows.push_back(row);
  }
  table::Table aside = table.rows_at(rows);
  table = std::move(table).without_rows(rows);
  return aside;
}

}  // namespace ctgan::synth::pipeline
