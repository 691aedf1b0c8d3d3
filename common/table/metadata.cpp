#include "common/table/metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/errors/closest.h"
#include "common/errors/error.h"

namespace ctgan::table {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::size_t k_listed_columns = 10;

bool is_numeric(const Column& column) {
  return column.dtype == Dtype::int64 || column.dtype == Dtype::float64;
}

std::size_t missing_cells(const Column& column) {
  return static_cast<std::size_t>(std::count(column.missing.begin(), column.missing.end(), std::uint8_t{1}));
}

bool has_empty_category(const Column& column) {
  const auto& dictionary = column.categories().dictionary;
  return std::find(dictionary.begin(), dictionary.end(), "") != dictionary.end();
}

bool all_distinct(const Column& column) {
  return column.dtype == Dtype::text && column.rows() > 1 &&
         column.categories().dictionary.size() == column.rows();
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < k_listed_columns; ++i) {
    if (i > 0) text += ", ";
    text += errors::quoted(names[i]);
  }
  if (names.size() > k_listed_columns) text += fmt::format(" and {} more", names.size() - k_listed_columns);
  return fmt::format("{} {}", names.size() == 1 ? "column" : "columns", text);
}

std::string drop_hint(const std::vector<std::string>& names) {
  return fmt::format("leave {} out with '--drop {}'", names.size() == 1 ? "it" : "them",
                     fmt::join(names, ","));
}

template <typename Condition>
std::vector<std::string> names_where(const Table& table, const Condition& condition) {
  std::vector<std::string> names;
  for (const Column& column : table.columns()) {
    if (condition(column)) names.push_back(column.name);
  }
  return names;
}

void check_discrete_names(const Table& table, const std::vector<std::string>& discrete) {
  for (const std::string& name : discrete) {
    if (table.find(name) != nullptr) continue;
    throw Error(Kind::bad_data,
                fmt::format("no column is named {}, which was to be discrete", errors::quoted(name)),
                errors::suggestion(name, table.column_names()));
  }
}

void check_rows(const Table& table, std::size_t batch_unit) {
  const std::size_t needed = std::max<std::size_t>(batch_unit, 1);
  if (table.rows() >= needed) return;
  throw Error(Kind::bad_data,
              fmt::format("the table has {} row{}, and training needs at least {}", table.rows(),
                          table.rows() == 1 ? "" : "s", needed),
              "use a table with more rows");
}

void check_missing(const Table& table) {
  const auto names = names_where(table, [](const Column& column) { return missing_cells(column) > 0; });
  if (names.empty()) return;
  const std::string count =
      names.size() > 1 ? ""
                       : fmt::format(" in {} of {} rows", missing_cells(*table.find(names[0])), table.rows());
  throw Error(
      Kind::bad_data,
      fmt::format("numeric {} {} missing values{}", listed(names), names.size() == 1 ? "has" : "have", count),
      drop_hint(names));
}

void check_distinct(const Table& table) {
  const auto names = names_where(table, all_distinct);
  if (names.empty()) return;
  throw Error(
      Kind::bad_data,
      fmt::format("{} {} a different text in every row", listed(names), names.size() == 1 ? "has" : "have"),
      drop_hint(names));
}

ColumnMetadata describe(const Column& column, const std::vector<std::string>& discrete) {
  const bool named = std::find(discrete.begin(), discrete.end(), column.name) != discrete.end();
  ColumnMetadata metadata;
  metadata.name = column.name;
  metadata.kind = is_numeric(column) && !named ? ColumnKind::continuous : ColumnKind::discrete;
  metadata.dtype = column.dtype;
  metadata.decimals = column.decimals;
  metadata.has_missing = is_numeric(column) ? missing_cells(column) > 0 : has_empty_category(column);
  return metadata;
}

}  // namespace

std::string_view kind_name(ColumnKind kind) {
  return kind == ColumnKind::continuous ? "continuous" : "discrete";
}

std::vector<std::string> Metadata::names(ColumnKind kind) const {
  std::vector<std::string> found;
  for (const ColumnMetadata& column : columns) {
    if (column.kind == kind) found.push_back(column.name);
  }
  return found;
}

Metadata infer_metadata(const Table& table, const MetadataRequest& request) {
  if (table.columns().empty()) {
    throw Error(Kind::bad_data, "the table has no column left", "drop fewer columns");
  }
  check_discrete_names(table, request.discrete);
  check_rows(table, request.batch_unit);
  check_missing(table);
  check_distinct(table);
  Metadata metadata;
  metadata.columns.reserve(table.columns().size());
  for (const Column& column : table.columns()) metadata.columns.push_back(describe(column, request.discrete));
  return metadata;
}

}  // namespace ctgan::table
