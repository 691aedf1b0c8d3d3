#include "common/table/row_gather.h"

#include <limits>
#include <unordered_map>

namespace ctgan::table {
namespace {

using Tables = std::span<const Table* const>;
using Rows = std::span<const RowPlace>;

template <typename Number>
std::vector<Number> gather_numbers(Tables tables, Rows rows, std::size_t column) {
  std::vector<Number> numbers(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    numbers[i] = std::get<std::vector<Number>>(tables[rows[i].table]->columns()[column].cells)[rows[i].row];
  return numbers;
}

void gather_missing(Tables tables, Rows rows, std::size_t column, Column& out) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Column& from = tables[rows[i].table]->columns()[column];
    if (!from.is_missing(rows[i].row)) continue;
    out.missing.resize(rows.size());
    out.missing[i] = from.missing[rows[i].row];
    if (out.missing_texts.empty()) out.missing_texts = from.missing_texts;
  }
}

void gather_shown_decimals(Tables tables, Rows rows, std::size_t column, Column& out) {
  if (tables.front()->columns()[column].shown_decimals.empty()) return;
  for (const RowPlace& place : rows)
    out.shown_decimals.push_back(tables[place.table]->columns()[column].shown_decimals[place.row]);
}

Categories gather_texts(Tables tables, Rows rows, std::size_t column) {
  constexpr std::uint32_t k_unknown = std::numeric_limits<std::uint32_t>::max();
  Categories gathered{std::vector<std::uint32_t>(rows.size()), {}};
  std::unordered_map<std::string_view, std::uint32_t> code_of;  // texts of the tables, which stay
  std::vector<std::vector<std::uint32_t>> translated(tables.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Categories& from = tables[rows[i].table]->columns()[column].categories();
    std::vector<std::uint32_t>& codes = translated[rows[i].table];
    if (codes.empty()) codes.assign(from.dictionary.size(), k_unknown);
    const std::uint32_t old = from.codes[rows[i].row];
    if (codes[old] == k_unknown) {
      const auto fresh = static_cast<std::uint32_t>(gathered.dictionary.size());
      const auto [place, added] = code_of.try_emplace(from.dictionary[old], fresh);
      if (added) gathered.dictionary.push_back(from.dictionary[old]);
      codes[old] = place->second;
    }
    gathered.codes[i] = codes[old];
  }
  return gathered;
}

}  // namespace

Table gather(Tables tables, Rows rows) {
  std::vector<Column> columns;
  for (std::size_t i = 0; i < tables.front()->columns().size(); ++i) {
    const Column& from = tables.front()->columns()[i];
    Column column;
    column.name = from.name;
    column.dtype = from.dtype;
    column.decimals = from.decimals;
    column.number_format = from.number_format;
    column.spaces_before = from.spaces_before;
    column.spaces_after = from.spaces_after;
    if (from.dtype == Dtype::int64)
      column.cells = gather_numbers<std::int64_t>(tables, rows, i);
    else if (from.dtype == Dtype::float64)
      column.cells = gather_numbers<double>(tables, rows, i);
    else
      column.cells = gather_texts(tables, rows, i);
    gather_missing(tables, rows, i, column);
    gather_shown_decimals(tables, rows, i, column);
    columns.push_back(std::move(column));
  }
  return Table(std::move(columns));
}

}  // namespace ctgan::table
