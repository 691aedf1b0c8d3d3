#include "server/synth/domains/value_steps.h"

#include <algorithm>
#include <cmath>

#include "common/table/number_text.h"

namespace ctgan::synth::domains {

ValueSteps::ValueSteps(const table::ColumnMetadata& metadata) {
  if (metadata.kind == table::ColumnKind::datetime) {
    format_.emplace(metadata.datetime_format);
    find_zone(metadata);
    find_limits();
    return;
  }
  decimals_ = metadata.domain->decimals;
  scale_ = std::pow(10, decimals_);
}

std::optional<std::int64_t> ValueSteps::read(std::string_view text) const {
  if (format_) {
    const auto moment = format_->read(text);
    return moment ? std::optional(moment->ticks) : std::nullopt;
  }
  const table::NumberText number = table::read_number(text);
  if (!number.number) return std::nullopt;
  // Beyond what a step can count, any number is as good as the nearest.
  constexpr double k_most = 9e15;
  return std::llround(std::clamp(table::real_value(text) * scale_, -k_most, k_most));
}

double ValueSteps::number(std::int64_t step) const {
  return static_cast<double>(step) / scale_;
}

std::string ValueSteps::text(std::int64_t step) const {
  std::string text;
  if (format_)
    append_date(step, text);
  else if (decimals_ == 0)
    table::append_integer(step, text);
  else
    table::append_real(number(step), decimals_, text);
  return text;
}

void ValueSteps::find_zone(const table::ColumnMetadata& metadata) {
  if (!format_->has_zone()) return;
  zone_ = "Z";
  if (!metadata.domain) return;
  const table::ColumnDomain& domain = *metadata.domain;
  for (const std::string& bound : {domain.edges.empty() ? domain.least : domain.edges.front(), domain.most})
    if (const auto moment = format_->read(bound)) {
      zone_ = moment->zone;
      return;
    }
}

void ValueSteps::find_limits() {
  constexpr std::int64_t k_first_day = -718'797, k_last_day = 2'932'531;
  constexpr std::int64_t k_most = std::int64_t{1} << 61;
  if (const std::int64_t a_day = format_->ticks_a_day(); a_day > 0) {
    // In billionths of a second that are the years 1896 to 2043.
    least_ = std::max(k_first_day, -k_most / a_day) * a_day;
    most_ = std::min(k_last_day, k_most / a_day) * a_day;
    return;
  }
  const std::string unit = format_->unit();
  if (unit == "week") {
    least_ = k_first_day / 7;
    most_ = k_last_day / 7;
  } else if (unit == "year" || unit == "quarter" || unit == "month") {
    const std::int64_t a_year = unit == "year" ? 1 : (unit == "quarter" ? 4 : 12);
    least_ = 2 * a_year;
    most_ = 9999 * a_year - 1;
  } else {
    std::string last;
    // Times of a day are counted from midnight, and stay within the day.
    least_ = 0;
    most_ = -1;
    append_date(most_, last);
    most_ = read(last).value_or(1);
  }
}

}  // namespace ctgan::synth::domains
