// Hours of the day and days of the week that a column of dates leaves out, although its values spread over
// many days or weeks: opening hours, working days. Modes on one long axis are far wider than an hour and know
// nothing of them; what is drawn there moves to an hour of the same day, or a day of the same week, that the
// column has, each as often as the column has it.
//
// Immutable, safe to share between threads.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "server/synth/random/random.h"

namespace ctgan::synth::codecs {

class CalendarGaps {
 public:
  static constexpr std::size_t k_hours = 24;
  static constexpr std::size_t k_weekdays = 7;

  CalendarGaps() = default;
  // `ticks` are local times since 1970-01-01 00:00, multiples of `step` apart. An hour or weekday is left out
  // if fewer than `least_rows` rows have it where 20 or more would if all were alike, and the column has ten
  // days, or eight weeks, or more. REQUIRES: ticks_a_day > 0, step > 0.
  static CalendarGaps fit(std::span<const std::int64_t> ticks, std::int64_t ticks_a_day, std::int64_t step,
                          std::uint64_t least_rows);
  // For loading: rows of each hour from 0 on and of each weekday from Monday on, 0 for one that is left out;
  // empty where none is.
  CalendarGaps(std::vector<std::int64_t> hours, std::vector<std::int64_t> weekdays, std::int64_t ticks_a_day);
  // Whether these are 24, 7 or no counts, at least one of them above 0.
  static bool suit(std::span<const std::int64_t> hours, std::span<const std::int64_t> weekdays);

  bool empty() const { return hours_.empty() && weekdays_.empty(); }
  const std::vector<std::int64_t>& hours() const { return hours_; }
  const std::vector<std::int64_t>& weekdays() const { return weekdays_; }

  // Whether the time lies in an hour or on a weekday that is left out.
  bool has(std::int64_t ticks) const;
  // The time that it moves to; takes one or two random numbers.
  std::int64_t moved(std::int64_t ticks, random::Stream& random) const;

 private:
  std::vector<std::int64_t> hours_, weekdays_;
  std::int64_t ticks_a_day_ = 1;
};

}  // namespace ctgan::synth::codecs
