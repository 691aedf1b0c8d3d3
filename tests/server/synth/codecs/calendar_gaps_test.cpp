// Dates stay among the hours and weekdays of their column.
#include "server/synth/codecs/calendar_gaps.h"

#include <map>

#include "tests/catch.h"

namespace {

using ctgan::synth::codecs::CalendarGaps;
using ctgan::synth::random::Stream;
using ctgan::synth::random::StreamId;

constexpr std::int64_t k_minutes = 24 * 60;

// Monday, 2023-01-02.
constexpr std::int64_t k_monday = 19'359;

// `rows` times at `step` minutes from 8:00 to 17:59, Monday to Friday of 20 weeks.
std::vector<std::int64_t> office_times(int rows, int step) {
  std::vector<std::int64_t> ticks;
  for (int row = 0; row < rows; ++row)
    ticks.push_back((k_monday + row % 20 * 7 + row / 20 % 5) * k_minutes + 8 * 60 +
                    row * 617 % (600 / step) * step);
  return ticks;
}

}  // namespace

TEST_CASE("hours and weekdays that a column leaves out are found") {
  const CalendarGaps gaps = CalendarGaps::fit(office_times(2000, 15), k_minutes, 15, 1);
  REQUIRE(gaps.hours().size() == 24);
  REQUIRE(gaps.weekdays().size() == 7);
  for (std::size_t hour = 0; hour < 24; ++hour) CHECK((gaps.hours()[hour] > 0) == (hour >= 8 && hour < 18));
  for (std::size_t day = 0; day < 7; ++day) CHECK((gaps.weekdays()[day] > 0) == (day < 5));
}

TEST_CASE(
    "what is drawn in a gap moves to an hour of the same day, or a day of the same week, that there is") {
  const CalendarGaps gaps = CalendarGaps::fit(office_times(2000, 15), k_minutes, 15, 1);
  Stream random(1, StreamId::decode);
  std::map<std::int64_t, int> hours, days;
  for (std::int64_t day = k_monday; day < k_monday + 70; ++day)
    for (std::int64_t minute = 0; minute < k_minutes; minute += 15) {
      const std::int64_t tick = day * k_minutes + minute;
      const bool open = (day - k_monday) % 7 < 5 && minute >= 8 * 60 && minute < 18 * 60;
      REQUIRE(gaps.has(tick) == !open);
      if (open) continue;
      const std::int64_t moved = gaps.moved(tick, random);
      CHECK(!gaps.has(moved));
      CHECK((moved / k_minutes - k_monday) / 7 == (day - k_monday) / 7);
      CHECK(moved % 60 == tick % 60);
      if ((day - k_monday) % 7 < 5) CHECK(moved / k_minutes == day);
      ++hours[moved % k_minutes / 60];
      ++days[(moved / k_minutes - k_monday) % 7];
    }
  CHECK(hours.size() == 10);
  CHECK(days.size() == 5);
}

TEST_CASE("an hour of fewer rows than may come out is left out with those of none") {
  std::vector<std::int64_t> ticks = office_times(2000, 60);
  for (int i = 0; i < 4; ++i) ticks.push_back((k_monday + i) * k_minutes + 23 * 60);
  CHECK(CalendarGaps::fit(ticks, k_minutes, 60, 1).hours()[23] == 4);
  CHECK(CalendarGaps::fit(ticks, k_minutes, 60, 5).hours()[23] == 0);
}

TEST_CASE("few rows, few days and coarse steps say nothing of hours and weekdays") {
  CHECK(CalendarGaps::fit(office_times(100, 15), k_minutes, 15, 1).empty());
  std::vector<std::int64_t> one_day;
  for (int row = 0; row < 1000; ++row) one_day.push_back(k_monday * k_minutes + 8 * 60 + row % 600);
  CHECK(CalendarGaps::fit(one_day, k_minutes, 1, 1).empty());
  // Full days, and every week the same one: a step of its own.
  std::vector<std::int64_t> mondays;
  for (int row = 0; row < 1000; ++row) mondays.push_back(k_monday + row % 50 * 7);
  CHECK(CalendarGaps::fit(mondays, 1, 7, 1).empty());
}

TEST_CASE("a column that has every hour and weekday has no gaps") {
  std::vector<std::int64_t> ticks;
  for (int row = 0; row < 5000; ++row) ticks.push_back(k_monday * k_minutes + row * 617 % (100 * k_minutes));
  CHECK(CalendarGaps::fit(ticks, k_minutes, 1, 1).empty());
}

TEST_CASE("days before 1970 have weekdays too") {
  std::vector<std::int64_t> days;
  for (int row = 0; row < 1000; ++row) days.push_back(k_monday - 7 * 3000 + row % 50 * 7 + row % 5);
  const CalendarGaps gaps = CalendarGaps::fit(days, 1, 1, 1);
  REQUIRE(gaps.weekdays().size() == 7);
  for (std::size_t day = 0; day < 7; ++day) CHECK((gaps.weekdays()[day] > 0) == (day < 5));
  Stream random(1, StreamId::decode);
  CHECK(gaps.has(k_monday - 7 * 3000 + 6));
  CHECK(!gaps.has(gaps.moved(k_monday - 7 * 3000 + 6, random)));
}

TEST_CASE("counts that no fit makes do not suit") {
  const std::vector<std::int64_t> week(7, 1), none(7, 0), hours(24, 2);
  CHECK(CalendarGaps::suit({}, {}));
  CHECK(CalendarGaps::suit(hours, week));
  CHECK(!CalendarGaps::suit(week, hours));
  CHECK(!CalendarGaps::suit({}, none));
  CHECK(!CalendarGaps::suit({}, std::vector<std::int64_t>{1, 1, 1, 1, 1, -1, 0}));
}
