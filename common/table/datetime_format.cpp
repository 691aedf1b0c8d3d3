#include "common/table/datetime_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "common/errors/error.h"

namespace ctgan::table {
namespace {

constexpr std::int64_t k_seconds_a_day = 86'400;
constexpr std::array<std::string_view, 12> k_months{"January",   "February", "March",    "April",
                                                    "May",       "June",     "July",     "August",
                                                    "September", "October",  "November", "December"};
constexpr std::size_t k_short_month = 3;
constexpr std::int64_t k_last_year = 9999;
// Of a format that counts nanoseconds: what 64 bits hold.
constexpr int k_first_fine_year = 1678;
constexpr int k_last_fine_year = 2261;

std::int64_t power_of_ten(int digits) {
  std::int64_t power = 1;
  for (int i = 0; i < digits; ++i) power *= 10;
  return power;
}

bool is_leap(int year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int days_in_month(int year, int month) {
  constexpr std::array<int, 12> k_days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : k_days[static_cast<std::size_t>(month - 1)];
}

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

// Days from 1970-01-01 to the first day of a year.
std::int64_t days_before_year(int year) {
  const std::int64_t past = year - 1;
  return past * 365 + past / 4 - past / 100 + past / 400 - 719'162;
}

std::int64_t days_of(int year, int month, int day) {
  std::int64_t days = days_before_year(year) + day - 1;
  for (int i = 1; i < month; ++i) days += days_in_month(year, i);
  return days;
}

// The inverse of days_of, for the years 1 to 9999; other days are brought inside.
void set_date(std::int64_t days, int& year, int& month, int& day) {
  days = std::clamp(days, days_of(1, 1, 1), days_of(static_cast<int>(k_last_year), 12, 31));
  // A low guess: there are at most 366 days in a year ahead, and at least 365 in one behind.
  year = static_cast<int>(1970 + (days < 0 ? floor_divide(days, 365) - 1 : days / 366));
  year = std::max(year, 1);
  while (days_before_year(year + 1) <= days) ++year;
  auto left = static_cast<int>(days - days_before_year(year));
  month = 1;
  for (; left >= days_in_month(year, month); ++month) left -= days_in_month(year, month);
  day = left + 1;
}

bool take_number(std::string_view& rest, std::size_t least, std::size_t most, int& value) {
  std::size_t length = 0;
  value = 0;
  while (length < most && length < rest.size() && rest[length] >= '0' && rest[length] <= '9')
    value = value * 10 + (rest[length++] - '0');
  if (length < least) return false;
  rest.remove_prefix(length);
  return true;
}

bool take_text(std::string_view& rest, std::string_view wanted) {
  if (!rest.starts_with(wanted)) return false;
  rest.remove_prefix(wanted.size());
  return true;
}

// "+02:00", "-0530" or "Z" at the front, with its length, or 0.
std::size_t zone_length(std::string_view rest) {
  if (rest.starts_with('Z')) return 1;
  if (!rest.starts_with('+') && !rest.starts_with('-')) return 0;
  std::string_view digits = rest.substr(1);
  int hours = 0;
  int minutes = 0;
  if (!take_number(digits, 2, 2, hours)) return 0;
  const bool colon = take_text(digits, ":");
  if (!take_number(digits, 2, 2, minutes) || hours > 23 || minutes > 59) return 0;
  return colon ? 6 : 5;
}

// Dates, times and zones that are tried against a column, the likelier first.
constexpr std::array k_dates{"%Y-%m-%d",   "%Y/%m/%d",  "%Y.%m.%d",   "%m/%d/%Y", "%-m/%-d/%Y", "%d/%m/%Y",
                             "%-d/%-m/%Y", "%m/%d/%y",  "%-m/%-d/%y", "%d/%m/%y", "%d.%m.%Y",   "%-d.%-m.%Y",
                             "%d.%m.%y",   "%d-%m-%Y",  "%-d-%-m-%Y", "%m-%d-%Y", "%d-%b-%Y",   "%-d-%b-%Y",
                             "%d-%b-%y",   "%d %b %Y",  "%-d %b %Y",  "%d %B %Y", "%-d %B %Y",  "%b %d, %Y",
                             "%b %-d, %Y", "%B %d, %Y", "%B %-d, %Y", "%Y-%m",    "%Y/%m",      "%m/%Y",
                             "%b %Y",      "%B %Y"};
constexpr std::array k_times{
    "%H:%M:%S",  "%H:%M",  "%H:%M:%S.%f", "%H:%M:%S.%3f", "%H:%M:%S.%1f", "%H:%M:%S.%2f", "%H:%M:%S.%9f",
    "%-H:%M:%S", "%-H:%M", "%I:%M:%S %p", "%I:%M %p",     "%-I:%M:%S %p", "%-I:%M %p",    "%H"};
constexpr std::array k_zones{"", "Z", " UTC", " GMT", "%z", " %z"};
constexpr std::array k_joints{" ", "T"};

bool reads_all(const DatetimeFormat& format, std::span<const std::string_view> texts) {
  std::string again;
  return std::all_of(texts.begin(), texts.end(), [&](std::string_view text) {
    const auto moment = format.read(text);
    if (!moment) return false;
    again.clear();
    format.append(moment->ticks, moment->zone, again);
    return again == text;
  });
}

std::optional<DatetimeFormat> try_pattern(std::string pattern, std::span<const std::string_view> texts) {
  DatetimeFormat format(std::move(pattern));
  if (!reads_all(format, texts)) return std::nullopt;
  return format;
}

std::optional<DatetimeFormat> try_zones(const std::string& pattern, std::span<const std::string_view> texts) {
  for (const char* zone : k_zones) {
    if (auto found = try_pattern(pattern + zone, texts)) return found;
  }
  return std::nullopt;
}

bool could_be_time(std::string_view text) {
  constexpr std::size_t k_shortest = 4;
  constexpr std::size_t k_longest = 48;
  return text.size() >= k_shortest && text.size() <= k_longest &&
         text.find_first_of("0123456789") != std::string_view::npos &&
         text.find_first_of("-/.: ") != std::string_view::npos;
}

}  // namespace

struct DatetimeFormat::Fields {
  int year = 1970;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::int64_t fraction = 0;
  bool afternoon = false;
};

DatetimeFormat::DatetimeFormat(std::string pattern) : pattern_(std::move(pattern)) {
  for (std::size_t i = 0; i < pattern_.size(); ++i) {
    Part part;
    if (pattern_[i] != '%') {
      part.literal = pattern_[i];
    } else {
      ++i;
      if (i < pattern_.size() && pattern_[i] == '-') {
        part.padded = false;
        ++i;
      } else if (i < pattern_.size() && pattern_[i] >= '1' && pattern_[i] <= '9') {
        part.digits = pattern_[i++] - '0';
      }
      part.directive = i < pattern_.size() ? pattern_[i] : '\0';
      if (part.directive == '%') part = {.directive = 0, .padded = true, .digits = 0, .literal = '%'};
    }
    parts_.push_back(part);
  }
  check();
  find_unit();
}

void DatetimeFormat::check() const {
  const auto refuse = [this](std::string_view why) {
    throw errors::Error(errors::Kind::bad_data,
                        fmt::format("{} is no date format: {}", errors::quoted(pattern_), why),
                        "write it like '%Y-%m-%d %H:%M:%S'");
  };
  constexpr std::string_view k_known = "YymdbBHIpMSfz";
  for (const Part& part : parts_) {
    if (part.directive == 0 && part.literal != 0) continue;
    if (part.directive == 0 || k_known.find(part.directive) == std::string_view::npos)
      refuse(part.directive == 0 ? std::string("it ends with a lone '%'")
                                 : fmt::format("'%{}' is not known", part.directive));
  }
  const bool year = has('Y') || has('y');
  const bool month = has('m') || has('b') || has('B');
  const bool clock = has('H') || has('I');
  if (has('d') && !(year && month)) refuse("a day needs a month and a year");
  if (month && !year) refuse("a month needs a year");
  if (clock && year && !has('d')) refuse("a time needs a day or no date at all");
  if (has('I') != has('p')) refuse("'%I' and '%p' belong together");
  if (has('M') && !clock) refuse("minutes need an hour");
  if (has('S') && !has('M')) refuse("seconds need minutes");
  if (has('f') && !has('S')) refuse("a fraction needs seconds");
  if (!year && !clock) refuse("it names neither a year nor an hour");
}

bool DatetimeFormat::has(char directive) const {
  return std::any_of(parts_.begin(), parts_.end(),
                     [directive](const Part& part) { return part.directive == directive; });
}

bool DatetimeFormat::has_zone() const {
  return has('z');
}

void DatetimeFormat::find_unit() {
  const bool year = has('Y') || has('y');
  const bool month = has('m') || has('b') || has('B');
  if (year) calendar_ = has('d') ? Calendar::days : month ? Calendar::months : Calendar::years;
  for (const Part& part : parts_) {
    if (part.directive == 'f') fraction_digits_ = part.digits;
  }
  if (has('H') || has('I')) ticks_a_day_ = 24;
  if (has('M')) ticks_a_day_ = k_seconds_a_day / 60;
  if (has('S')) ticks_a_day_ = k_seconds_a_day * power_of_ten(fraction_digits_);
}

std::string DatetimeFormat::unit() const {
  if (fraction_digits_ > 0) return fmt::format("10^-{} second", fraction_digits_);
  if (ticks_a_day_ == k_seconds_a_day) return "second";
  if (ticks_a_day_ > 1) return ticks_a_day_ == 24 ? "hour" : "minute";
  if (calendar_ == Calendar::years) return "year";
  return calendar_ == Calendar::months ? "month" : "day";
}

std::int64_t DatetimeFormat::ticks_of(const Fields& fields) const {
  if (calendar_ == Calendar::years) return fields.year;
  if (calendar_ == Calendar::months) return std::int64_t{fields.year} * 12 + fields.month - 1;
  const std::int64_t day = calendar_ == Calendar::days ? days_of(fields.year, fields.month, fields.day) : 0;
  const std::int64_t seconds = (fields.hour * 60LL + fields.minute) * 60 + fields.second;
  if (ticks_a_day_ < k_seconds_a_day) return day * ticks_a_day_ + seconds / (k_seconds_a_day / ticks_a_day_);
  return day * ticks_a_day_ + seconds * (ticks_a_day_ / k_seconds_a_day) + fields.fraction;
}

DatetimeFormat::Fields DatetimeFormat::fields_of(std::int64_t ticks) const {
  Fields fields;
  if (calendar_ == Calendar::years) {
    fields.year = static_cast<int>(std::clamp<std::int64_t>(ticks, 1, k_last_year));
    return fields;
  }
  if (calendar_ == Calendar::months) {
    const std::int64_t months = std::clamp<std::int64_t>(ticks, 12, k_last_year * 12 + 11);
    fields.year = static_cast<int>(months / 12);
    fields.month = static_cast<int>(months % 12) + 1;
    return fields;
  }
  const std::int64_t day = floor_divide(ticks, ticks_a_day_);
  const std::int64_t in_day = ticks - day * ticks_a_day_;
  if (calendar_ == Calendar::days) set_date(day, fields.year, fields.month, fields.day);
  const bool coarse = ticks_a_day_ < k_seconds_a_day;
  const std::int64_t a_second = coarse ? 1 : ticks_a_day_ / k_seconds_a_day;
  const std::int64_t seconds = coarse ? in_day * (k_seconds_a_day / ticks_a_day_) : in_day / a_second;
  fields.fraction = in_day % a_second;
  fields.hour = static_cast<int>(seconds / 3600);
  fields.minute = static_cast<int>(seconds / 60 % 60);
  fields.second = static_cast<int>(seconds % 60);
  return fields;
}

bool DatetimeFormat::read_part(const Part& part, std::string_view& rest, Fields& fields,
                               std::string_view& zone) const {
  const auto number = [&](int& value, int low, int high) {
    const bool zero = rest.starts_with('0');
    const std::size_t length = rest.size();
    if (!take_number(rest, part.padded ? 2 : 1, 2, value) || value < low || value > high) return false;
    return part.padded || !zero || length - rest.size() == 1;
  };
  int value = 0;
  switch (part.directive) {
    case 0:
      return take_text(rest, {&part.literal, 1});
    case 'Y':
      return take_number(rest, 4, 4, fields.year) && fields.year >= 1;
    case 'y':
      if (!number(value, 0, 99)) return false;
      fields.year = value < 69 ? 2000 + value : 1900 + value;
      return true;
    case 'm':
      return number(fields.month, 1, 12);
    case 'd':
      return number(fields.day, 1, 31);
    case 'H':
      return number(fields.hour, 0, 23);
    case 'I':
      if (!number(value, 1, 12)) return false;
      fields.hour = value % 12;
      return true;
    case 'M':
      return number(fields.minute, 0, 59);
    case 'S':
      return number(fields.second, 0, 59);
    case 'p':
      fields.afternoon = rest.starts_with('P');
      return take_text(rest, fields.afternoon ? "PM" : "AM");
    case 'f': {
      const auto digits = static_cast<std::size_t>(part.digits);
      if (!take_number(rest, digits, digits, value)) return false;
      fields.fraction = value;
      return true;
    }
    case 'z':
      zone = rest.substr(0, zone_length(rest));
      rest.remove_prefix(zone.size());
      return !zone.empty();
    default:
      break;
  }
  for (std::size_t i = 0; i < k_months.size(); ++i) {
    const std::string_view name = part.directive == 'B' ? k_months[i] : k_months[i].substr(0, k_short_month);
    if (!take_text(rest, name)) continue;
    fields.month = static_cast<int>(i) + 1;
    return true;
  }
  return false;
}

std::optional<DatetimeFormat::Moment> DatetimeFormat::read(std::string_view text) const {
  Fields fields;
  Moment moment;
  for (const Part& part : parts_) {
    if (!read_part(part, text, fields, moment.zone)) return std::nullopt;
  }
  if (!text.empty() || fields.day > days_in_month(fields.year, fields.month)) return std::nullopt;
  if (fields.afternoon) fields.hour += 12;
  const bool fine = fraction_digits_ > 6 && calendar_ == Calendar::days;
  if (fine && (fields.year < k_first_fine_year || fields.year > k_last_fine_year)) return std::nullopt;
  moment.ticks = ticks_of(fields);
  return moment;
}

void DatetimeFormat::append_part(const Part& part, const Fields& fields, std::string_view zone,
                                 std::string& out) const {
  const auto number = [&](int value) {
    out += part.padded ? fmt::format("{:02}", value) : std::to_string(value);
  };
  switch (part.directive) {
    case 0:
      out += part.literal;
      return;
    case 'Y':
      out += fmt::format("{:04}", fields.year);
      return;
    case 'y':
      return number(fields.year % 100);
    case 'm':
      return number(fields.month);
    case 'd':
      return number(fields.day);
    case 'H':
      return number(fields.hour);
    case 'I':
      return number(fields.hour % 12 == 0 ? 12 : fields.hour % 12);
    case 'M':
      return number(fields.minute);
    case 'S':
      return number(fields.second);
    case 'p':
      out += fields.hour >= 12 ? "PM" : "AM";
      return;
    case 'f':
      out += fmt::format("{:0{}}", fields.fraction, part.digits);
      return;
    case 'z':
      out += zone;
      return;
    default:
      break;
  }
  const std::string_view name = k_months[static_cast<std::size_t>(fields.month - 1)];
  out += part.directive == 'B' ? name : name.substr(0, k_short_month);
}

void DatetimeFormat::append(std::int64_t ticks, std::string_view zone, std::string& out) const {
  const Fields fields = fields_of(ticks);
  for (const Part& part : parts_) append_part(part, fields, zone, out);
}

std::optional<DatetimeFormat> DatetimeFormat::infer(std::span<const std::string_view> texts) {
  if (texts.empty() || !could_be_time(texts.front())) return std::nullopt;
  // The first text rules out nearly every pattern.
  const auto first = texts.first(1);
  const auto matches = [&](const std::string& pattern) -> std::optional<DatetimeFormat> {
    return try_zones(pattern, first) ? try_zones(pattern, texts) : std::nullopt;
  };
  for (const std::string date : k_dates) {
    if (auto found = try_pattern(date, first) ? try_pattern(date, texts) : std::nullopt) return found;
    if (date.find('d') == std::string::npos) continue;
    for (const char* joint : k_joints) {
      for (const char* time : k_times) {
        if (auto found = matches(date + joint + time)) return found;
      }
    }
  }
  for (const char* time : k_times) {
    if (std::string_view(time) == "%H") continue;
    if (auto found = matches(time)) return found;
  }
  return std::nullopt;
}

}  // namespace ctgan::table
