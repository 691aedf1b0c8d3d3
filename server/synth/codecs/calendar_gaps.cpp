#include "server/synth/codecs/calendar_gaps.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <set>

namespace ctgan::synth::codecs {
namespace {

// Chance leaves 20 expected rows out once in 500 million hours.
constexpr double k_least_expected = 20;
constexpr std::size_t k_least_days = 10;
constexpr std::size_t k_least_weeks = 8;
constexpr std::int64_t k_hours_a_day = CalendarGaps::k_hours;

struct Time {
  std::int64_t monday = 0;  // of its week, in days since 1970-01-01
  std::int64_t weekday = 0;
  std::int64_t hour = 0;
  std::int64_t rest = 0;  // ticks since the hour began
};

// Days of times without hours are taken for one hour long.
std::int64_t ticks_an_hour(std::int64_t ticks_a_day) {
  return std::max<std::int64_t>(ticks_a_day / k_hours_a_day, 1);
}

Time time_of(std::int64_t ticks, std::int64_t ticks_a_day) {
  const std::int64_t remainder = ticks % ticks_a_day;
  const std::int64_t in_day = remainder < 0 ? remainder + ticks_a_day : remainder;
  const std::int64_t day = (ticks - in_day) / ticks_a_day;
  const std::int64_t weekday =
      std::chrono::weekday{std::chrono::sys_days{std::chrono::days{day}}}.iso_encoding() - 1;
  const std::int64_t hour = in_day / ticks_an_hour(ticks_a_day);
  return {day - weekday, weekday, hour, in_day - hour * ticks_an_hour(ticks_a_day)};
}

// Without those that fewer than `least_rows` have; empty where none of them is a gap.
std::vector<std::int64_t> with_gaps(std::vector<std::int64_t> counts, std::size_t rows,
                                    std::uint64_t least_rows) {
  if (static_cast<double>(rows) / static_cast<double>(counts.size()) < k_least_expected) return {};
  bool any = false, all = true;
  for (std::int64_t& count : counts) {
    if (static_cast<std::uint64_t>(count) < std::max<std::uint64_t>(least_rows, 1)) count = 0;
    (count == 0 ? any : all) = count == 0;
  }
  return any && !all ? counts : std::vector<std::int64_t>{};
}

bool is_gap(const std::vector<std::int64_t>& counts, std::int64_t index) {
  return !counts.empty() && counts[static_cast<std::size_t>(index)] == 0;
}

std::int64_t drawn_by(const std::vector<std::int64_t>& counts, random::Stream& random) {
  double left =
      random.next_double() * static_cast<double>(std::accumulate(counts.begin(), counts.end(), 0.0));
  std::size_t last = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    last = i;
    left -= static_cast<double>(counts[i]);
    if (left < 0) break;
  }
  return static_cast<std::int64_t>(last);
}

}  // namespace

CalendarGaps::CalendarGaps(std::vector<std::int64_t> hours, std::vector<std::int64_t> weekdays,
                           std::int64_t ticks_a_day)
    : hours_(std::move(hours)), weekdays_(std::move(weekdays)), ticks_a_day_(ticks_a_day) {}

CalendarGaps CalendarGaps::fit(std::span<const std::int64_t> ticks, std::int64_t ticks_a_day,
                               std::int64_t step, std::uint64_t least_rows) {
  std::vector<std::int64_t> hours(k_hours), weekdays(k_weekdays);
  std::set<std::int64_t> days, weeks;
  for (const std::int64_t tick : ticks) {
    const Time time = time_of(tick, ticks_a_day);
    ++hours[static_cast<std::size_t>(time.hour)];
    ++weekdays[static_cast<std::size_t>(time.weekday)];
    days.insert(time.monday + time.weekday);
    weeks.insert(time.monday);
  }
  // A time that moves by hours or days stays among those that are a step apart.
  const bool by_hours =
      ticks_a_day >= k_hours_a_day && ticks_an_hour(ticks_a_day) % step == 0 && days.size() >= k_least_days;
  const bool by_days = ticks_a_day % step == 0 && weeks.size() >= k_least_weeks;
  return {by_hours ? with_gaps(std::move(hours), ticks.size(), least_rows) : std::vector<std::int64_t>{},
          by_days ? with_gaps(std::move(weekdays), ticks.size(), least_rows) : std::vector<std::int64_t>{},
          ticks_a_day};
}

bool CalendarGaps::suit(std::span<const std::int64_t> hours, std::span<const std::int64_t> weekdays) {
  const auto good = [](std::span<const std::int64_t> counts, std::size_t size) {
    if (counts.empty()) return true;
    return counts.size() == size && *std::min_element(counts.begin(), counts.end()) >= 0 &&
           *std::max_element(counts.begin(), counts.end()) > 0;
  };
  return good(hours, k_hours) && good(weekdays, k_weekdays);
}

bool CalendarGaps::has(std::int64_t ticks) const {
  if (empty()) return false;
  const Time time = time_of(ticks, ticks_a_day_);
  return is_gap(hours_, time.hour) || is_gap(weekdays_, time.weekday);
}

std::int64_t CalendarGaps::moved(std::int64_t ticks, random::Stream& random) const {
  Time time = time_of(ticks, ticks_a_day_);
  if (is_gap(hours_, time.hour)) time.hour = drawn_by(hours_, random);
  if (is_gap(weekdays_, time.weekday)) time.weekday = drawn_by(weekdays_, random);
  return (time.monday + time.weekday) * ticks_a_day_ + time.hour * ticks_an_hour(ticks_a_day_) + time.rest;
}

}  // namespace ctgan::synth::codecs
