#include "common/conditions/cell_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>

#include "common/conditions/column_domain.h"
#include "common/errors/error.h"
#include "common/table/described_column.h"
#include "common/table/kind_traits.h"

namespace ctgan::conditions {
namespace {

constexpr long double k_nan = std::numeric_limits<long double>::quiet_NaN();
constexpr long double k_day = 86'400;
// Whole numbers stay inside 64 bits.
constexpr long double k_most_whole = 9.2e18L;

bool calendar_unit(const std::string& unit) {
  return unit == "year" || unit == "month";
}

long double scale_of(int decimals) {
  return std::pow(10.0L, static_cast<long double>(decimals));
}

// The double nearest to the number with so many decimals.
double real_of(long double value, int decimals) {
  if (decimals < 0) return static_cast<double>(value);
  const long double scaled = value * scale_of(decimals);
  if (std::abs(scaled) > k_most_whole) return static_cast<double>(value);
  return static_cast<double>(std::round(scaled) / scale_of(decimals));
}

template <typename Key>
Key most_frequent(const std::map<Key, std::size_t>& counts) {
  const auto found = std::max_element(counts.begin(), counts.end(),
                                      [](const auto& a, const auto& b) { return a.second < b.second; });
  return found == counts.end() ? Key{} : found->first;
}

}  // namespace

bool CellValues::suits(const table::ColumnMetadata& metadata) {
  if (metadata.kind == table::ColumnKind::datetime) return metadata.dtype == table::Dtype::text;
  return table::is_numeric(metadata.dtype) && table::traits_of(metadata.kind).keeps_values();
}

CellValues::CellValues(const table::ColumnMetadata& metadata) : metadata_(metadata) {
  if (metadata.kind != table::ColumnKind::datetime) return;
  format_.emplace(metadata.datetime_format);
  unit_ = format_->unit();
  if (!calendar_unit(unit_)) tick_ = seconds_of(1, unit_) - seconds_of(0, unit_);
  const std::string& pattern = metadata.datetime_format;
  const bool dated = pattern.find("%Y") != std::string::npos || pattern.find("%y") != std::string::npos;
  type_ = dated ? ValueType::date : ValueType::time;
}

long double CellValues::grid() const {
  if (format_) return tick_ > 0 ? tick_ : k_day;
  if (metadata_.dtype == table::Dtype::int64) return 1;
  return metadata_.decimals < 0 ? 0 : 1 / scale_of(metadata_.decimals);
}

long double CellValues::value_of(std::int64_t ticks) const {
  return seconds_of(ticks, unit_);
}

std::int64_t CellValues::ticks_of(long double seconds) const {
  if (tick_ > 0)
    return static_cast<std::int64_t>(std::clamp(std::round(seconds / tick_), -k_most_whole, k_most_whole));
  namespace chrono = std::chrono;
  constexpr long double k_most_days = 3'700'000;  // within the year 9999, and as far below
  const auto days = static_cast<int>(std::clamp(std::floor(seconds / k_day), -k_most_days, k_most_days));
  const chrono::year_month_day day{chrono::sys_days(chrono::days(days))};
  const std::int64_t year = static_cast<int>(day.year());
  const std::int64_t ticks = unit_ == "year" ? year : year * 12 + static_cast<unsigned>(day.month()) - 1;
  return value_of(ticks + 1) - seconds < seconds - value_of(ticks) ? ticks + 1 : ticks;
}

long double CellValues::nearest(long double value) const {
  if (std::isnan(value)) return value;
  if (format_) return value_of(ticks_of(value));
  if (metadata_.dtype == table::Dtype::int64)
    return std::clamp(std::round(value), -k_most_whole, k_most_whole);
  return real_of(value, metadata_.decimals);
}

long double CellValues::above(long double value) const {
  const long double near = nearest(value);
  if (near > value) return near;
  if (format_) return value_of(ticks_of(near) + 1);
  const long double next = nearest(near + grid());
  return next > value ? next : std::nextafter(static_cast<double>(value), HUGE_VAL);
}

long double CellValues::below(long double value) const {
  const long double near = nearest(value);
  if (near < value) return near;
  if (format_) return value_of(ticks_of(near) - 1);
  const long double next = nearest(near - grid());
  return next < value ? next : std::nextafter(static_cast<double>(value), -HUGE_VAL);
}

std::vector<long double> CellValues::read(const table::Column& column) const {
  std::vector<long double> values(column.rows(), k_nan);
  const auto* texts = std::get_if<table::Categories>(&column.cells);
  if (texts == nullptr) {
    for (std::size_t row = 0; row < values.size(); ++row) {
      if (column.is_missing(row)) continue;
      values[row] = column.dtype == table::Dtype::int64 ? static_cast<long double>(column.integers()[row])
                                                        : static_cast<long double>(column.reals()[row]);
    }
    return values;
  }
  const ColumnDomain domain = domain_of(metadata_);
  const CellOrder order(domain);
  std::vector<std::optional<long double>> read(texts->dictionary.size());
  for (std::size_t row = 0; row < values.size(); ++row) {
    auto& value = read[texts->codes[row]];
    if (!value) {
      const std::string& text = texts->dictionary[texts->codes[row]];
      const auto ordered =
          domain.is_missing(text) ? std::optional(Ordered{.value = k_nan}) : order.read(text);
      if (!ordered)
        throw errors::Error(errors::Kind::bad_data,
                            fmt::format("column {} holds {}, with which no rule can compute",
                                        errors::quoted(column.name), errors::quoted(text)));
      value = ordered->value;
    }
    values[row] = *value;
  }
  return values;
}

CellSpelling CellValues::spelling(const table::Column& column) const {
  CellSpelling spelling{column.spaces_before, column.spaces_after, {}, {}};
  std::map<std::string, std::size_t> zones;
  std::map<std::string, std::size_t> missing;
  if (const auto* texts = std::get_if<table::Categories>(&column.cells)) {
    std::vector<std::size_t> counts(texts->dictionary.size());
    for (const std::uint32_t code : texts->codes) ++counts[code];
    const auto& marks = metadata_.missing_texts;
    for (std::size_t code = 0; code < counts.size(); ++code) {
      const std::string& text = texts->dictionary[code];
      if (counts[code] == 0) continue;
      if (std::find(marks.begin(), marks.end(), text) != marks.end())
        missing[text] += counts[code];
      else if (const auto moment = format_ ? format_->read(text) : std::nullopt)
        zones[std::string(moment->zone)] += counts[code];
    }
  } else {
    for (const std::uint8_t mark : column.missing)
      if (mark != 0) ++missing[column.missing_texts[mark - std::size_t{1}]];
  }
  spelling.zone = most_frequent(zones);
  spelling.missing = most_frequent(missing);
  return spelling;
}

table::Column CellValues::write(std::span<const long double> values, const CellSpelling& spelling,
                                std::span<const std::string* const> missing) const {
  if (format_) return write_texts(values, spelling, missing);
  table::Column column = table::described_column(metadata_);
  column.spaces_before = spelling.spaces_before;
  column.spaces_after = spelling.spaces_after;
  column.missing_texts = metadata_.missing_texts;
  std::vector<std::int64_t> integers(column.dtype == table::Dtype::int64 ? values.size() : 0);
  std::vector<double> reals(column.dtype == table::Dtype::int64 ? 0 : values.size());
  const auto mark_of = [&column](const std::string& text) {
    const auto found = std::find(column.missing_texts.begin(), column.missing_texts.end(), text);
    const auto place = static_cast<std::size_t>(found - column.missing_texts.begin());
    if (found == column.missing_texts.end()) column.missing_texts.push_back(text);
    return static_cast<std::uint8_t>(place + 1);
  };
  for (std::size_t row = 0; row < values.size(); ++row) {
    const std::string* text = missing.empty() ? nullptr : missing[row];
    if (text == nullptr && std::isnan(values[row])) text = &spelling.missing;
    if (text != nullptr) {
      column.missing.resize(values.size());
      column.missing[row] = mark_of(*text);
    } else if (integers.empty()) {
      reals[row] = real_of(values[row], column.decimals);
    } else {
      integers[row] = static_cast<std::int64_t>(nearest(values[row]));
    }
  }
  if (column.dtype == table::Dtype::int64)
    column.cells = std::move(integers);
  else
    column.cells = std::move(reals);
  return column;
}

table::Column CellValues::write_texts(std::span<const long double> values, const CellSpelling& spelling,
                                      std::span<const std::string* const> missing) const {
  const long double zone = spelling.zone.empty() ? 0 : seconds_before_utc(spelling.zone).value_or(0);
  table::Categories cells;
  cells.codes.resize(values.size());
  cells.dictionary.resize(values.size());
  for (std::size_t row = 0; row < values.size(); ++row) {
    cells.codes[row] = static_cast<std::uint32_t>(row);
    std::string& text = cells.dictionary[row];
    if (!missing.empty() && missing[row] != nullptr)
      text = *missing[row];
    else if (std::isnan(values[row]))
      text = spelling.missing;
    else
      format_->append(ticks_of(values[row] - zone), spelling.zone, text);
  }
  table::Column column = table::described_column(metadata_);
  column.cells = std::move(cells);
  return column;
}

}  // namespace ctgan::conditions
