// Formats of dates that are found in texts: patterns are tried, the likelier first, and the first text rules
// out nearly all of them.
#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "common/table/datetime_format.h"
#include "common/table/number_text.h"

namespace ctgan::table {
namespace {

using Texts = std::span<const std::string_view>;

// Dates, times and zones that are tried against a column, the likelier first.
constexpr std::array k_dates{
    "%Y-%m-%d",   "%Y/%m/%d",   "%Y.%m.%d",   "%m/%d/%Y",   "%-m/%-d/%Y", "%d/%m/%Y",   "%-d/%-m/%Y",
    "%m/%d/%y",   "%-m/%-d/%y", "%d/%m/%y",   "%d.%m.%Y",   "%-d.%-m.%Y", "%d.%m.%y",   "%d-%m-%Y",
    "%-d-%-m-%Y", "%m-%d-%Y",   "%d-%b-%Y",   "%-d-%b-%Y",  "%d-%b-%y",   "%d %b %Y",   "%-d %b %Y",
    "%d %B %Y",   "%-d %B %Y",  "%b %d, %Y",  "%b %-d, %Y", "%B %d, %Y",  "%B %-d, %Y", "%Y-%m",
    "%Y/%m",      "%m/%Y",      "%b %Y",      "%B %Y",      "%d-%^b-%Y",  "%d-%^b-%y",  "%b-%y",
    "%b-%Y",      "%-d.%-m.%y", "%-d/%-m/%y", "%d %b %y",   "%-d. %B %Y", "%d. %B %Y",  "%m.%Y",
    "%Y-%b-%d",   "%d-%m-%y",   "%y-%m-%d"};
// Only of texts with a letter in the right place, and without a time.
constexpr std::array k_weeks_and_quarters{"%G-W%V", "%GW%V",  "%G-W%V-%u", "%GW%V%u", "%YQ%q",
                                          "%Y-Q%q", "%Y Q%q", "Q%q %Y",    "Q%q/%Y",  "Q%q-%Y"};
constexpr std::array k_foreign{"%-d. %B %Y", "%d. %B %Y",       "%-d %B %Y",
                               "%d %B %Y",   "%-d de %B de %Y", "%B %Y"};
constexpr std::array k_foreign_languages{"de", "es", "fr", "it", "nl", "pt"};
constexpr std::array k_times{
    "%H:%M:%S",  "%H:%M",  "%H:%M:%S.%f", "%H:%M:%S.%3f", "%H:%M:%S.%1f", "%H:%M:%S.%2f", "%H:%M:%S.%9f",
    "%-H:%M:%S", "%-H:%M", "%I:%M:%S %p", "%I:%M %p",     "%-I:%M:%S %p", "%-I:%M %p",    "%H"};
constexpr std::array k_zones{"", "Z", " UTC", " GMT", "%z", " %z"};
constexpr std::array k_joints{" ", "T"};
constexpr std::array k_digits{"%Y%m%d",   "%Y%m%d%H%M%S", "%Y%m%d%H%M", "%Y%m%d%H",
                              "%Y%m%d.0", "%d%m%Y",       "%m%d%Y"};
constexpr const char* k_month_digits = "%Y%m";

bool reads(const DatetimeFormat& format, std::string_view text, std::string& scratch) {
  const auto moment = format.read(text);
  if (!moment) return false;
  scratch.clear();
  format.append(moment->ticks, moment->zone, moment->way, scratch);
  return scratch == text;
}

bool reads_all(const DatetimeFormat& format, Texts texts) {
  std::string scratch;
  return std::all_of(texts.begin(), texts.end(),
                     [&](std::string_view text) { return reads(format, text, scratch); });
}

// Calls take(format) for each format that reads the text, until it says true.
template <typename Take>
bool each_reading(std::string_view text, const Take& take) {
  const auto offer = [&](const std::string& pattern, bool zones) {
    for (const char* zone : k_zones) {
      const DatetimeFormat format(pattern + zone);
      if (reads_all(format, {&text, 1}) && take(format)) return true;
      if (!zones) break;
    }
    return false;
  };
  for (const std::string date : k_dates) {
    if (offer(date, false)) return true;
    if (date.find('d') == std::string::npos) continue;
    for (const char* joint : k_joints) {
      for (const char* time : k_times) {
        if (offer(date + joint + time, true)) return true;
      }
    }
  }
  for (const char* time : k_times) {
    if (std::string_view(time) != "%H" && offer(time, true)) return true;
  }
  for (const char* pattern : k_weeks_and_quarters) {
    if (offer(pattern, false)) return true;
  }
  for (const std::string_view pattern : k_foreign) {
    for (const std::string language : k_foreign_languages) {
      std::string whole(pattern);
      whole.replace(whole.find("%B"), 2, "%{" + language + "}B");
      if (offer(whole, false)) return true;
    }
  }
  return false;
}

bool could_be_time(std::string_view text) {
  constexpr std::size_t k_shortest = 4;
  constexpr std::size_t k_longest = 48;
  return text.size() >= k_shortest && text.size() <= k_longest &&
         text.find_first_of("0123456789") != std::string_view::npos &&
         text.find_first_of("-/.: QW") != std::string_view::npos;
}

// The format with years of two digits in the hundred years in which they lie closest together: behind the
// widest gap, where that is wider than the one at 1969.
DatetimeFormat with_base(DatetimeFormat format, Texts texts) {
  constexpr int k_first = 1969;
  constexpr int k_century = 100;
  const std::size_t place = format.pattern().find("%y");
  if (place == std::string::npos) return format;
  std::array<bool, k_century> seen{};
  for (const std::string_view text : texts)
    seen[static_cast<std::size_t>(*format.year_of(text) - k_first)] = true;
  const auto gap_before = [&seen](int year) {
    int gap = 0;
    while (gap < k_century && !seen[static_cast<std::size_t>((year - 1 - gap + 2 * k_century) % k_century)])
      ++gap;
    return gap;
  };
  const auto first = static_cast<int>(std::find(seen.begin(), seen.end(), true) - seen.begin());
  int best = first;
  for (int year = 0; year < k_century; ++year)
    if (seen[static_cast<std::size_t>(year)] && gap_before(year) > gap_before(best)) best = year;
  if (best == first) return format;
  // The last year stays where it is read without a base.
  std::string pattern = format.pattern();
  pattern.replace(place, 2, "%{" + std::to_string(k_first + best - k_century) + "}y");
  return DatetimeFormat(pattern);
}

// Digits as 9, letters as they are: two ways of writing must not have a shape in common.
std::string shape_of(std::string_view text) {
  std::string shape;
  for (const char c : text) shape += is_digit(c) ? '9' : c;
  return shape;
}

std::set<std::string> shapes_of(const DatetimeFormat& format, Texts texts) {
  std::set<std::string> shapes;
  std::string scratch;
  for (const std::string_view text : texts)
    if (reads(format, text, scratch)) shapes.insert(shape_of(text));
  return shapes;
}

std::size_t ticks_rank(const DatetimeFormat& format) {
  constexpr std::array<std::string_view, 4> k_coarse{"day", "hour", "minute", "second"};
  const std::string unit = format.unit();
  const auto found = std::find(k_coarse.begin(), k_coarse.end(), unit);
  return found != k_coarse.end() ? static_cast<std::size_t>(found - k_coarse.begin()) : k_coarse.size();
}

// The format that reads most of the texts, among those that read the first.
std::optional<DatetimeFormat> best_for_first(Texts texts) {
  std::optional<DatetimeFormat> best;
  std::size_t most = 0;
  std::string scratch;
  each_reading(texts.front(), [&](const DatetimeFormat& format) {
    const auto count = static_cast<std::size_t>(std::count_if(
        texts.begin(), texts.end(), [&](std::string_view text) { return reads(format, text, scratch); }));
    if (count > most) {
      most = count;
      best = format;
    }
    return most == texts.size();
  });
  return best;
}

bool in_plausible_years(const DatetimeFormat& format, Texts texts, int first, int last) {
  constexpr int k_never = 9999;  // stands for no end
  return std::all_of(texts.begin(), texts.end(), [&](std::string_view text) {
    const int year = *format.year_of(text);
    return (year >= first && year <= last) || year == k_never;
  });
}

std::size_t different_years(const DatetimeFormat& format, Texts texts) {
  std::set<int> years;
  for (const std::string_view text : texts) years.insert(*format.year_of(text));
  return years.size();
}

}  // namespace

std::optional<DatetimeFormat> DatetimeFormat::infer(std::span<const std::string_view> texts) {
  if (texts.empty() || !could_be_time(texts.front())) return std::nullopt;
  std::optional<DatetimeFormat> found;
  each_reading(texts.front(), [&](const DatetimeFormat& format) {
    if (reads_all(format, texts)) found = with_base(format, texts);
    return found.has_value();
  });
  return found;
}

std::optional<DatetimeFormat> DatetimeFormat::infer_mixed(std::span<const std::string_view> texts) {
  constexpr std::size_t k_most_ways = 4;
  if (texts.empty() || !could_be_time(texts.front())) return std::nullopt;
  std::vector<DatetimeFormat> ways;
  std::vector<std::string_view> left(texts.begin(), texts.end());
  std::string scratch;
  while (!left.empty()) {
    auto way = ways.size() < k_most_ways && could_be_time(left.front()) ? best_for_first(left) : std::nullopt;
    if (!way || way->has_zone()) return std::nullopt;
    left.erase(std::remove_if(left.begin(), left.end(),
                              [&](std::string_view text) { return reads(*way, text, scratch); }),
               left.end());
    ways.push_back(std::move(*way));
  }
  std::set<std::string> shapes;
  for (const DatetimeFormat& way : ways) {
    for (const std::string& shape : shapes_of(way, texts))
      if (!shapes.insert(shape).second) return std::nullopt;
  }
  std::stable_sort(ways.begin(), ways.end(),
                   [](const auto& a, const auto& b) { return ticks_rank(a) > ticks_rank(b); });
  std::string pattern;
  for (const DatetimeFormat& way : ways) {
    if (way.calendar_ != ways.front().calendar_) return std::nullopt;
    pattern += (pattern.empty() ? "" : "|") + way.pattern();
  }
  return DatetimeFormat(pattern);
}

std::optional<DatetimeFormat> DatetimeFormat::infer_digits(std::span<const std::string_view> texts,
                                                           bool named) {
  // A whole number of eight digits is a date once in 27, one of six digits a month once in 8.
  const std::size_t least_days = named ? 1 : 5;
  const std::size_t least_months = named ? 1 : 6;
  const std::size_t least_years = named ? 1 : 2;
  constexpr int k_first_year = 1800;
  constexpr int k_last_year_of_days = 2199;
  constexpr int k_first_year_of_months = 1900;
  constexpr int k_last_year_of_months = 2100;
  if (texts.size() >= least_days) {
    for (const char* pattern : k_digits) {
      const DatetimeFormat format{std::string(pattern)};
      if (reads_all(format, texts) && in_plausible_years(format, texts, k_first_year, k_last_year_of_days))
        return format;
    }
  }
  if (texts.size() < least_months) return std::nullopt;
  const DatetimeFormat format{std::string(k_month_digits)};
  if (!reads_all(format, texts) ||
      !in_plausible_years(format, texts, k_first_year_of_months, k_last_year_of_months) ||
      different_years(format, texts) < least_years) {
    return std::nullopt;
  }
  return format;
}

}  // namespace ctgan::table
