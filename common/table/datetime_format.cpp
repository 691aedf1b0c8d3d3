#include "common/table/datetime_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "common/errors/error.h"
#include "common/table/number_text.h"

namespace ctgan::table {
namespace {

constexpr std::int64_t k_seconds_a_day = 86'400;
struct Language {
  std::string_view name;
  std::array<std::string_view, 12> months;
};
constexpr std::array<Language, 7> k_languages{
    {{"",
      {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
       "November", "December"}},
     {"de",
      {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
       "November", "Dezember"}},
     {"es",
      {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
       "noviembre", "diciembre"}},
     {"fr",
      {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
       "novembre", "décembre"}},
     {"it",
      {"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre",
       "ottobre", "novembre", "dicembre"}},
     {"nl",
      {"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
       "november", "december"}},
     {"pt",
      {"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro",
       "novembro", "dezembro"}}}};
constexpr int k_first_short_year = 1969;
// 1970-01-01 is a Thursday: its week began three days before.
constexpr std::int64_t k_days_to_thursday = 3;
constexpr std::int64_t k_week = 7;
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

using Days = std::chrono::sys_days;

std::int64_t days_of(std::chrono::year_month_day date) {
  return Days(date).time_since_epoch().count();
}

std::chrono::year_month_day date_of(int year, int month, int day) {
  return {std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
          std::chrono::day(static_cast<unsigned>(day))};
}

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

// The inverse of days_of, for the years 1 to 9999; other days are brought inside.
void set_date(std::int64_t days, int& year, int& month, int& day) {
  days = std::clamp(days, days_of(date_of(1, 1, 1)), days_of(date_of(static_cast<int>(k_last_year), 12, 31)));
  const std::chrono::year_month_day date{Days(std::chrono::days(days))};
  year = static_cast<int>(date.year());
  month = static_cast<int>(static_cast<unsigned>(date.month()));
  day = static_cast<int>(static_cast<unsigned>(date.day()));
}

std::int64_t days_from_monday(std::int64_t day) {
  return std::chrono::weekday{Days(std::chrono::days(day))}.iso_encoding() - 1;
}

// Days from 1970-01-01 to the Monday of an ISO week: the first is the one with January 4th.
std::int64_t days_before_week(int year, int week) {
  const std::int64_t fourth = days_of(date_of(year, 1, 4));
  return fourth - days_from_monday(fourth) + (week - 1) * k_week;
}

int weeks_in_year(int year) {
  return static_cast<int>((days_before_week(year + 1, 1) - days_before_week(year, 1)) / k_week);
}

bool take_number(std::string_view& rest, std::size_t least, std::size_t most, int& value) {
  std::size_t length = 0;
  value = 0;
  while (length < most && length < rest.size() && is_digit(rest[length]))
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

std::string month_name(bool whole, bool capitals, std::size_t language, int month) {
  std::string name(k_languages[language].months[static_cast<std::size_t>(month - 1)]);
  if (!whole) name.resize(std::min(name.size(), k_short_month));
  if (capitals) {
    for (char& c : name)
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - ('a' - 'A'));
  }
  return name;
}

// Whether each part between bars names a year or an hour; else a bar stands for itself.
bool separates_ways(std::string_view pattern) {
  constexpr std::array<std::string_view, 8> k_names{"%Y", "%y", "}y", "%G", "%H", "%I", "%-H", "%-I"};
  bool bars = false;
  for (bool last = false; !last;) {
    const std::size_t end = std::min(pattern.find('|'), pattern.size());
    const std::string_view part = pattern.substr(0, end);
    const bool named = std::any_of(k_names.begin(), k_names.end(), [part](std::string_view name) {
      return part.find(name) != std::string_view::npos;
    });
    if (!named) return false;
    last = end == pattern.size();
    bars = bars || !last;
    if (!last) pattern.remove_prefix(end + 1);
  }
  return bars;
}

// The year with these two last digits in the hundred from `base` on.
int short_year(int base, int digits) {
  const int first = base == 0 ? k_first_short_year : base;
  return first + (digits - first % 100 + 100) % 100;
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
  int quarter = 1;
  int iso_year = 1970;
  int week = 1;
  int weekday = 1;
};

DatetimeFormat::DatetimeFormat(std::string pattern) : pattern_(std::move(pattern)) {
  const std::string_view whole = pattern_;
  const std::size_t end = separates_ways(whole) ? whole.find('|') : whole.size();
  parse(whole.substr(0, end));
  check();
  find_unit();
  if (end < whole.size()) {
    const DatetimeFormat rest{std::string(whole.substr(end + 1))};
    others_ = rest.others_;
    others_.insert(others_.begin(), rest);
    others_.front().others_.clear();
    check_others();
  }
}

void DatetimeFormat::parse(std::string_view pattern) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    Part part;
    if (pattern[i] != '%') {
      part.literal = pattern[i];
      parts_.push_back(part);
      continue;
    }
    ++i;
    if (i < pattern.size() && pattern[i] == '-') {
      part.padded = false;
      ++i;
    } else if (i < pattern.size() && pattern[i] == '^') {
      part.capitals = true;
      ++i;
    } else if (i < pattern.size() && pattern[i] >= '1' && pattern[i] <= '9') {
      part.digits = pattern[i++] - '0';
    } else if (const std::size_t end = pattern.find('}', i);
               i < pattern.size() && pattern[i] == '{' && end < pattern.size()) {
      const std::string_view said = pattern.substr(i + 1, end - i - 1);
      i = end + 1;
      const auto known = std::find_if(k_languages.begin(), k_languages.end(),
                                      [said](const Language& language) { return language.name == said; });
      std::string_view digits = said;
      if (known != k_languages.end()) {
        part.language = static_cast<std::size_t>(known - k_languages.begin());
      } else if (!take_number(digits, 4, 4, part.base) || !digits.empty() || part.base < 1) {
        part.base = -1;
      }
    }
    part.directive = i < pattern.size() ? pattern[i] : '\0';
    if (part.directive == '%') part = {.directive = 0, .padded = true, .digits = 0, .literal = '%'};
    parts_.push_back(part);
  }
}

void DatetimeFormat::check() const {
  const auto refuse = [this](std::string_view why) {
    throw errors::Error(errors::Kind::bad_data,
                        fmt::format("{} is no date format: {}", errors::quoted(pattern_), why),
                        "write it like '%Y-%m-%d %H:%M:%S'");
  };
  constexpr std::string_view k_known = "YymdbBHIpMSfzGVuq";
  for (const Part& part : parts_) {
    if (part.directive == 0 && part.literal != 0) continue;
    if (part.directive == 0 || k_known.find(part.directive) == std::string_view::npos)
      refuse(part.directive == 0 ? std::string("it ends with a lone '%'")
                                 : fmt::format("'%{}' is not known", part.directive));
  }
  const bool year = has('Y') || has('y');
  const bool month = has('m') || has('b') || has('B');
  const bool clock = has('H') || has('I');
  if (std::any_of(parts_.begin(), parts_.end(), [](const Part& part) { return part.base < 0; }))
    refuse("braces hold a language or the first of a hundred years");
  if (has('G') != has('V')) refuse("'%G' and '%V' belong together");
  if (has('G') && (year || month || has('d') || has('q')))
    refuse("an ISO week has no other year, month or day");
  if (has('u') && !has('G')) refuse("'%u' needs an ISO week");
  if (has('q') && (!year || month || has('d'))) refuse("a quarter needs a year and nothing finer");
  if (has('d') && !(year && month)) refuse("a day needs a month and a year");
  if (month && !year) refuse("a month needs a year");
  if (clock && ((year && !has('d')) || (has('G') && !has('u'))))
    refuse("a time needs a day or no date at all");
  if (has('I') != has('p')) refuse("'%I' and '%p' belong together");
  if (has('M') && !clock) refuse("minutes need an hour");
  if (has('S') && !has('M')) refuse("seconds need minutes");
  if (has('f') && !has('S')) refuse("a fraction needs seconds");
  if (!year && !clock && !has('G')) refuse("it names neither a year nor an hour");
}

void DatetimeFormat::check_others() const {
  const bool mixable = std::all_of(others_.begin(), others_.end(), [this](const DatetimeFormat& other) {
    const bool finer = other.ticks_a_day_ > ticks_a_day_;
    return other.calendar_ == calendar_ && !other.has_zone() && !finer;
  });
  if (mixable && !has_zone()) return;
  throw errors::Error(errors::Kind::bad_data,
                      fmt::format("{} is no date format: its ways of writing cannot stand in one column",
                                  errors::quoted(pattern_)),
                      "begin with the one of the finest unit, and give none with a time zone");
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
  if (year)
    calendar_ = has('d')   ? Calendar::days
                : month    ? Calendar::months
                : has('q') ? Calendar::quarters
                           : Calendar::years;
  if (has('G')) calendar_ = has('u') ? Calendar::days : Calendar::weeks;
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
  if (calendar_ == Calendar::quarters) return "quarter";
  if (calendar_ == Calendar::weeks) return "week";
  return calendar_ == Calendar::months ? "month" : "day";
}

std::int64_t DatetimeFormat::ticks_of(const Fields& fields) const {
  if (calendar_ == Calendar::years) return fields.year;
  if (calendar_ == Calendar::months) return std::int64_t{fields.year} * 12 + fields.month - 1;
  if (calendar_ == Calendar::quarters) return std::int64_t{fields.year} * 4 + fields.quarter - 1;
  const std::int64_t monday = days_before_week(fields.iso_year, fields.week);
  if (calendar_ == Calendar::weeks) return floor_divide(monday + k_days_to_thursday, k_week);
  const std::int64_t date =
      has('u') ? monday + fields.weekday - 1 : days_of(date_of(fields.year, fields.month, fields.day));
  const std::int64_t day = calendar_ == Calendar::days ? date : 0;
  const std::int64_t seconds = (fields.hour * 60LL + fields.minute) * 60 + fields.second;
  if (ticks_a_day_ < k_seconds_a_day) return day * ticks_a_day_ + seconds / (k_seconds_a_day / ticks_a_day_);
  return day * ticks_a_day_ + seconds * (ticks_a_day_ / k_seconds_a_day) + fields.fraction;
}

// The ISO week of a day: its year is that of its Thursday.
void DatetimeFormat::set_week(std::int64_t day, Fields& fields) {
  const std::int64_t from_monday = days_from_monday(day);
  int month = 0;
  int in_month = 0;
  set_date(day - from_monday + k_days_to_thursday, fields.iso_year, month, in_month);
  fields.weekday = static_cast<int>(from_monday) + 1;
  fields.week = static_cast<int>((day - from_monday - days_before_week(fields.iso_year, 1)) / k_week) + 1;
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
  if (calendar_ == Calendar::quarters) {
    const std::int64_t quarters = std::clamp<std::int64_t>(ticks, 4, k_last_year * 4 + 3);
    fields.year = static_cast<int>(quarters / 4);
    fields.quarter = static_cast<int>(quarters % 4) + 1;
    return fields;
  }
  if (calendar_ == Calendar::weeks) {
    constexpr std::int64_t k_most = 500'000;
    set_week(std::clamp(ticks, -k_most, k_most) * k_week - k_days_to_thursday, fields);
    return fields;
  }
  const std::int64_t day = floor_divide(ticks, ticks_a_day_);
  const std::int64_t in_day = ticks - day * ticks_a_day_;
  if (calendar_ == Calendar::days) set_date(day, fields.year, fields.month, fields.day);
  if (has('u')) set_week(day, fields);
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
      fields.year = short_year(part.base, value);
      return true;
    case 'G':
      return take_number(rest, 4, 4, fields.iso_year) && fields.iso_year >= 1;
    case 'V':
      return number(fields.week, 1, 53);
    case 'u':
      return take_number(rest, 1, 1, fields.weekday) && fields.weekday >= 1 && fields.weekday <= k_week;
    case 'q':
      return take_number(rest, 1, 1, fields.quarter) && fields.quarter >= 1 && fields.quarter <= 4;
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
      return read_month(part, rest, fields);
  }
}

bool DatetimeFormat::read_month(const Part& part, std::string_view& rest, Fields& fields) const {
  for (int month = 1; month <= 12; ++month) {
    if (!take_text(rest, month_name(part.directive == 'B', part.capitals, part.language, month))) continue;
    fields.month = month;
    return true;
  }
  return false;
}

std::optional<DatetimeFormat::Fields> DatetimeFormat::fields_in(std::string_view text,
                                                                std::string_view& zone) const {
  Fields fields;
  for (const Part& part : parts_) {
    if (!read_part(part, text, fields, zone)) return std::nullopt;
  }
  if (!text.empty() || !date_of(fields.year, fields.month, fields.day).ok()) return std::nullopt;
  if (has('V') && fields.week > weeks_in_year(fields.iso_year)) return std::nullopt;
  if (fields.afternoon) fields.hour += 12;
  const bool fine = fraction_digits_ > 6 && calendar_ == Calendar::days;
  if (fine && (fields.year < k_first_fine_year || fields.year > k_last_fine_year)) return std::nullopt;
  return fields;
}

std::optional<int> DatetimeFormat::year_of(std::string_view text) const {
  std::string_view zone;
  const auto fields = fields_in(text, zone);
  if (!fields) return std::nullopt;
  return has('G') ? fields->iso_year : fields->year;
}

std::optional<DatetimeFormat::Moment> DatetimeFormat::read_main(std::string_view text) const {
  Moment moment;
  const auto fields = fields_in(text, moment.zone);
  if (!fields) return std::nullopt;
  moment.ticks = ticks_of(*fields);
  return moment;
}

std::optional<DatetimeFormat::Moment> DatetimeFormat::read(std::string_view text) const {
  auto moment = read_main(text);
  for (std::size_t way = 1; !moment && way < ways(); ++way) {
    const DatetimeFormat& other = others_[way - 1];
    moment = other.read_main(text);
    if (!moment) continue;
    moment->ticks *= ticks_a_day_ / other.ticks_a_day_;
    moment->way = way;
  }
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
    case 'G':
      out += fmt::format("{:04}", fields.iso_year);
      return;
    case 'V':
      return number(fields.week);
    case 'u':
      out += std::to_string(fields.weekday);
      return;
    case 'q':
      out += std::to_string(fields.quarter);
      return;
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
  out += month_name(part.directive == 'B', part.capitals, part.language, fields.month);
}

void DatetimeFormat::append(std::int64_t ticks, std::string_view zone, std::size_t way,
                            std::string& out) const {
  if (way > 0) {
    const DatetimeFormat& other = others_[way - 1];
    return other.append(floor_divide(ticks, ticks_a_day_ / other.ticks_a_day_), zone, 0, out);
  }
  const Fields fields = fields_of(ticks);
  for (const Part& part : parts_) append_part(part, fields, zone, out);
}

}  // namespace ctgan::table
