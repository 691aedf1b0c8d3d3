#include "common/table/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "common/errors/closest.h"
#include "common/errors/error.h"

namespace ctgan::table {
namespace {

constexpr std::array<std::pair<Dtype, std::string_view>, 4> k_dtype_names{{
    {Dtype::int64, "int64"},
    {Dtype::float64, "float64"},
    {Dtype::boolean, "bool"},
    {Dtype::text, "str"},
}};

void require_equal_lengths(const std::vector<Column>& columns) {
  for (const Column& column : columns) {
    if (column.rows() != columns.front().rows()) {
      throw errors::Error(
          errors::Kind::internal,
          fmt::format("column {} has {} rows where {} has {}", errors::quoted(column.name), column.rows(),
                      errors::quoted(columns.front().name), columns.front().rows()));
    }
  }
}

}  // namespace

std::string_view dtype_name(Dtype dtype) {
  return std::find_if(k_dtype_names.begin(), k_dtype_names.end(),
                      [dtype](const auto& row) { return row.first == dtype; })
      ->second;
}

std::optional<Dtype> dtype_from_name(std::string_view name) {
  for (const auto& [dtype, text] : k_dtype_names) {
    if (text == name) return dtype;
  }
  return std::nullopt;
}

bool is_bool_text(std::string_view text) {
  constexpr std::array<std::string_view, 6> k_spellings{"True", "False", "true", "false", "TRUE", "FALSE"};
  return std::find(k_spellings.begin(), k_spellings.end(), text) != k_spellings.end();
}

std::size_t Column::rows() const {
  if (const auto* categories = std::get_if<Categories>(&cells)) return categories->codes.size();
  if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&cells)) return integers->size();
  return reals().size();
}

Column Column::rows_at(std::span<const std::uint32_t> rows) const {
  const auto chosen = [rows](const auto& from) {
    std::decay_t<decltype(from)> to;
    to.reserve(rows.size());
    for (const std::uint32_t row : rows) to.push_back(from[row]);
    return to;
  };
  Column column;
  column.name = name;
  column.dtype = dtype;
  column.decimals = decimals;
  column.number_format = number_format;
  if (!shown_decimals.empty()) column.shown_decimals = chosen(shown_decimals);
  column.spaces_before = spaces_before;
  column.spaces_after = spaces_after;
  if (!missing.empty()) column.missing = chosen(missing);
  column.missing_texts = missing_texts;
  if (const auto* texts = std::get_if<Categories>(&cells)) {
    column.cells = Categories{.codes = chosen(texts->codes), .dictionary = texts->dictionary};
  } else if (dtype == Dtype::int64) {
    column.cells = chosen(integers());
  } else {
    column.cells = chosen(reals());
  }
  return column;
}

double Column::number(std::size_t row) const {
  return dtype == Dtype::int64 ? static_cast<double>(integers()[row]) : reals()[row];
}

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {
  require_equal_lengths(columns_);
  if (!columns_.empty()) rows_ = columns_.front().rows();
}

const Column* Table::find(std::string_view name) const {
  const auto found = std::find_if(columns_.begin(), columns_.end(),
                                  [name](const Column& column) { return column.name == name; });
  return found == columns_.end() ? nullptr : &*found;
}

std::vector<std::string> Table::column_names() const {
  std::vector<std::string> names;
  names.reserve(columns_.size());
  for (const Column& column : columns_) names.push_back(column.name);
  return names;
}

Table Table::without(const std::vector<std::string>& names) && {
  for (const std::string& name : names) {
    if (find(name) == nullptr) {
      throw errors::Error(errors::Kind::usage, fmt::format("no column is named {}", errors::quoted(name)),
                          errors::suggestion(name, column_names()));
    }
  }
  const auto dropped = [&names](const Column& column) {
    return std::find(names.begin(), names.end(), column.name) != names.end();
  };
  columns_.erase(std::remove_if(columns_.begin(), columns_.end(), dropped), columns_.end());
  return Table(std::move(columns_));
}

namespace {

template <typename Value>
void take_out(std::vector<Value>& values, std::span<const std::uint32_t> rows) {
  if (rows.empty() || values.empty()) return;
  std::size_t kept = rows.front();
  std::size_t next = 0;
  for (std::size_t row = kept; row < values.size(); ++row) {
    if (next < rows.size() && rows[next] == row) {
      ++next;
    } else {
      values[kept++] = values[row];
    }
  }
  values.resize(kept);
}

// Marks count the texts that are left.
void forget_unused_missing_texts(Column& column) {
  std::vector<std::uint8_t> new_mark(column.missing_texts.size() + 1);
  for (const std::uint8_t mark : column.missing) new_mark[mark] = mark;
  std::vector<std::string> used;
  for (std::size_t mark = 1; mark < new_mark.size(); ++mark) {
    if (new_mark[mark] == 0) continue;
    used.push_back(std::move(column.missing_texts[mark - 1]));
    new_mark[mark] = static_cast<std::uint8_t>(used.size());
  }
  for (std::uint8_t& mark : column.missing) mark = new_mark[mark];
  if (used.empty()) column.missing.clear();
  column.missing_texts = std::move(used);
}

}  // namespace

Table Table::without_rows(std::span<const std::uint32_t> rows) && {
  for (Column& column : columns_) {
    take_out(column.missing, rows);
    take_out(column.shown_decimals, rows);
    forget_unused_missing_texts(column);
    if (auto* texts = std::get_if<Categories>(&column.cells)) {
      take_out(texts->codes, rows);
    } else if (column.dtype == Dtype::int64) {
      take_out(std::get<std::vector<std::int64_t>>(column.cells), rows);
    } else {
      take_out(std::get<std::vector<double>>(column.cells), rows);
    }
  }
  return Table(std::move(columns_));
}

Table Table::rows_at(std::span<const std::uint32_t> rows) const {
  std::vector<Column> columns;
  for (const Column& column : columns_) columns.push_back(column.rows_at(rows));
  return Table(std::move(columns));
}

}  // namespace ctgan::table
