#include "common/table/domain_draft.h"

#include <algorithm>
#include <map>
#include <optional>

#include "common/table/datetime_format.h"
#include "common/table/number_text.h"

namespace ctgan::table {
namespace {

// Rarer texts are few people's, and more would not be looked through.
constexpr std::size_t k_most_categories = 500;
constexpr std::uint64_t k_least_rows = 10;
constexpr const char* k_others = "other";

std::string cell_text(const Column& column, std::size_t row) {
  if (!is_numeric(column.dtype)) return column.categories().dictionary[column.categories().codes[row]];
  if (column.is_missing(row)) return column.missing_texts[column.missing[row] - std::size_t{1}];
  std::string text;
  if (column.dtype == Dtype::int64)
    append_integer(column.integers()[row], text);
  else
    append_real(column.reals()[row], column.decimals, text);
  return text;
}

bool is_missing_text(const ColumnMetadata& metadata, const std::string& text) {
  const auto& missing = metadata.missing_texts;
  return std::find(missing.begin(), missing.end(), text) != missing.end();
}

// The least and the greatest of what `read` makes of the present cells.
template <typename Read>
void draft_bounds(const Column& column, const ColumnMetadata& metadata, const Read& read,
                  ColumnDomain& domain) {
  std::optional<double> least, most;
  for (std::size_t row = 0; row < column.rows(); ++row) {
    const std::string text = cell_text(column, row);
    if (is_missing_text(metadata, text)) continue;
    const std::optional<double> value = read(text);
    if (!value) continue;
    if (!least || *value < *least) std::tie(least, domain.least) = std::pair(value, text);
    if (!most || *value > *most) std::tie(most, domain.most) = std::pair(value, text);
  }
  domain.missing = metadata.missing_texts;
  domain.read_from_data.insert(domain.read_from_data.end(), {"min", "max", "missing"});
}

void draft_numbers(const Column& column, const ColumnMetadata& metadata, ColumnDomain& domain) {
  constexpr int k_usual_decimals = 6;
  const auto read = [](const std::string& text) -> std::optional<double> {
    return read_number(text).number ? std::optional(real_value(text)) : std::nullopt;
  };
  draft_bounds(column, metadata, read, domain);
  domain.read_from_data.emplace_back("decimals");
  if (column.dtype == Dtype::float64)
    domain.decimals = metadata.decimals < 0 ? k_usual_decimals : metadata.decimals;
}

void draft_dates(const Column& column, const ColumnMetadata& metadata, ColumnDomain& domain) {
  const DatetimeFormat format(metadata.datetime_format);
  domain.read_from_data.emplace_back("datetime_format");
  draft_bounds(
      column, metadata,
      [&](const std::string& text) -> std::optional<double> {
        const auto moment = format.read(text);
        return moment ? std::optional(static_cast<double>(moment->ticks)) : std::nullopt;
      },
      domain);
}

// In alphabetic order, which tells nothing of the rows.
void draft_categories(const Column& column, ColumnDomain& domain) {
  std::map<std::string, std::uint64_t> counts;
  for (std::size_t row = 0; row < column.rows(); ++row) ++counts[cell_text(column, row)];
  const bool all = counts.size() <= k_most_categories;
  for (const auto& [text, rows] : counts)
    if ((all || rows >= k_least_rows) && domain.categories.size() < k_most_categories)
      domain.categories.push_back(text);
  domain.read_from_data.insert(domain.read_from_data.end(), {"categories", "others"});
  if (domain.categories.size() == counts.size()) return;
  domain.others = k_others;
  if (domain.categories.empty()) domain.categories.emplace_back();
}

ColumnDomain drafted(const Column& column, const ColumnMetadata& metadata) {
  ColumnDomain domain;
  domain.read_from_data = {"sdtype"};
  if (metadata.kind == ColumnKind::numerical)
    draft_numbers(column, metadata, domain);
  else if (metadata.kind == ColumnKind::datetime)
    draft_dates(column, metadata, domain);
  else if (metadata.kind != ColumnKind::id)
    draft_categories(column, domain);
  return domain;
}

}  // namespace

Metadata with_domain_draft(Metadata metadata, const Table& table) {
  for (std::size_t i = 0; i < metadata.columns.size(); ++i)
    metadata.columns[i].domain = drafted(table.columns()[i], metadata.columns[i]);
  return metadata;
}

}  // namespace ctgan::table
