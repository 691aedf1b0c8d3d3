#include "common/conditions/column_domain.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace ctgan::conditions {
namespace {

constexpr long double k_day = 86'400;
// Weeks begin on Mondays, and 1970-01-01 is a Thursday.
constexpr std::int64_t k_days_to_thursday = 3;

long double seconds_of_month(std::int64_t months) {
  namespace chrono = std::chrono;
  const chrono::year_month_day first{chrono::year(static_cast<int>(months / 12)),
                                     chrono::month(static_cast<unsigned>(months % 12 + 1)), chrono::day(1)};
  return k_day * chrono::sys_days(first).time_since_epoch().count();
}

}  // namespace

long double seconds_of(std::int64_t ticks, const std::string& unit) {
  if (unit == "year") return seconds_of_month(ticks * 12);
  if (unit == "quarter") return seconds_of_month(ticks * 3);
  if (unit == "month") return seconds_of_month(ticks);
  if (unit == "week") return static_cast<long double>(ticks * 7 - k_days_to_thursday) * k_day;
  const auto value = static_cast<long double>(ticks);
  if (unit == "day") return value * k_day;
  if (unit == "hour") return value * 3600;
  if (unit == "minute") return value * 60;
  if (unit == "second") return value;
  constexpr std::string_view k_fraction = "10^-";
  return value / std::pow(10.0L, std::stoi(unit.substr(k_fraction.size())));
}

bool ColumnDomain::is_missing(std::string_view cell) const {
  return cell.empty() || std::find(missing_texts.begin(), missing_texts.end(), cell) != missing_texts.end();
}

ColumnDomain domain_of(const table::ColumnMetadata& column) {
  ColumnDomain domain;
  domain.name = column.name;
  domain.dtype = column.dtype;
  domain.missing_texts = column.missing_texts;
  domain.datetime_format = column.datetime_format;
  if (column.dtype == table::Dtype::text) domain.number_format = column.number_format;
  return domain;
}

CellOrder::CellOrder(const ColumnDomain& column) {
  if (!column.number_format.empty()) numbers_.emplace(column.number_format);
  if (column.datetime_format.empty()) return;
  format_.emplace(column.datetime_format);
  has_date_ = column.datetime_format.find("%Y") != std::string::npos ||
              column.datetime_format.find("}y") != std::string::npos ||
              column.datetime_format.find("%y") != std::string::npos ||
              column.datetime_format.find("%G") != std::string::npos;
}

std::optional<Ordered> CellOrder::read(std::string_view text) const {
  if (numbers_) {
    auto number = read_ordered(text);
    if (const auto printed = numbers_->read(text)) number = Ordered{Ordered::Kind::number, *printed};
    // Times beyond a day compare with times of a day.
    if (number && numbers_->duration() && numbers_->duration()->is_clock())
      number->kind = Ordered::Kind::time;
    return number;
  }
  const auto moment = format_ ? format_->read(text) : std::nullopt;
  if (!moment) return read_ordered(text);
  const long double zone = moment->zone.empty() ? 0 : seconds_before_utc(moment->zone).value_or(0);
  return Ordered{has_date_ ? Ordered::Kind::date : Ordered::Kind::time,
                 seconds_of(moment->ticks, format_->unit()) + zone};
}

}  // namespace ctgan::conditions
