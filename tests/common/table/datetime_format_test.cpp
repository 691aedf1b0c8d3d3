#include "common/table/datetime_format.h"

#include <ctime>

#include "common/errors/error.h"
#include "tests/catch.h"
#include "tests/raises.h"

namespace ctgan::table {

using Catch::Contains;
using tests::raised;

namespace {

std::string inferred(std::vector<std::string_view> texts) {
  const auto format = DatetimeFormat::infer(texts);
  return format ? format->pattern() : "none";
}

std::string written(const DatetimeFormat& format, std::int64_t ticks, std::string_view zone = {}) {
  std::string out;
  format.append(ticks, zone, out);
  return out;
}

}  // namespace

TEST_CASE("the format of a column is found from all of its texts") {
  CHECK(inferred({"2020-01-31", "1999-12-01"}) == "%Y-%m-%d");
  CHECK(inferred({"2020/01/31"}) == "%Y/%m/%d");
  CHECK(inferred({"31.1.2020", "1.12.2020"}) == "%-d.%-m.%Y");
  CHECK(inferred({"31.01.2020", "01.02.2020"}) == "%d.%m.%Y");
  CHECK(inferred({"01/02/2020", "03/04/2020"}) == "%m/%d/%Y");
  CHECK(inferred({"01/02/2020", "31/04/2019"}) == "none");
  CHECK(inferred({"01/02/2020", "31/05/2019"}) == "%d/%m/%Y");
  CHECK(inferred({"1/2/2020", "11/22/2019"}) == "%-m/%-d/%Y");
  CHECK(inferred({"05-Jan-2020", "11-Dec-2019"}) == "%d-%b-%Y");
  CHECK(inferred({"January 5, 2020", "May 11, 2019"}) == "%B %-d, %Y");
  CHECK(inferred({"2020-01", "2020-12"}) == "%Y-%m");
  CHECK(inferred({"2020-01-31 23:59", "2020-01-31 00:00"}) == "%Y-%m-%d %H:%M");
  CHECK(inferred({"2020-01-31T23:59:07", "2020-01-31T00:00:00"}) == "%Y-%m-%dT%H:%M:%S");
  CHECK(inferred({"2020-01-31 23:59:07.250"}) == "%Y-%m-%d %H:%M:%S.%3f");
  CHECK(inferred({"2020-01-31 23:59:07.250000"}) == "%Y-%m-%d %H:%M:%S.%f");
  CHECK(inferred({"2020-01-31T23:59:07Z"}) == "%Y-%m-%dT%H:%M:%SZ");
  CHECK(inferred({"2020-01-31T23:59:07Z", "2020-01-31T23:59:07+02:00"}) == "%Y-%m-%dT%H:%M:%S%z");
  CHECK(inferred({"2020-01-31 23:59:07 UTC"}) == "%Y-%m-%d %H:%M:%S UTC");
  CHECK(inferred({"2020-01-31 11:59 PM", "2020-01-31 12:00 AM"}) == "%Y-%m-%d %I:%M %p");
  CHECK(inferred({"23:59", "00:00"}) == "%H:%M");
  CHECK(inferred({"9:05:00", "23:59:59"}) == "%-H:%M:%S");
}

TEST_CASE("ISO weeks, quarters, capitals and months of other languages have formats") {
  CHECK(inferred({"2024-W05", "2020-W53"}) == "%G-W%V");
  CHECK(inferred({"2021-W53", "2024-W05"}) == "none");
  CHECK(inferred({"2024-W05-3", "2020-W53-7"}) == "%G-W%V-%u");
  CHECK(inferred({"2024Q1", "2023Q4"}) == "%YQ%q");
  CHECK(inferred({"05-JAN-2020", "11-DEC-2019"}) == "%d-%^b-%Y");
  CHECK(inferred({"3. Januar 2022", "21. März 2022"}) == "%-d. %{de}B %Y");
  CHECK(inferred({"3 de enero de 2022", "21 de marzo de 2022"}) == "%-d de %{es}B de %Y");
}

TEST_CASE("ISO weeks are those of the C library") {
  const DatetimeFormat weeks("%G-W%V");
  const DatetimeFormat days("%G-W%V-%u");
  for (std::int64_t day = -100'000; day < 100'000; day += 13) {
    const std::time_t time = day * 86'400;
    std::tm parts{};
    gmtime_r(&time, &parts);
    char text[80];
    std::strftime(text, sizeof text, "%G-W%V-%u", &parts);
    REQUIRE(days.read(text)->ticks == day);
    REQUIRE(written(days, day) == text);
    std::strftime(text, sizeof text, "%G-W%V", &parts);
    REQUIRE(written(weeks, weeks.read(text)->ticks) == text);
    REQUIRE(weeks.read(text)->ticks == (day + 3 - ((day + 3) % 7 + 7) % 7) / 7);
  }
}

TEST_CASE("years of two digits are those that lie closest together") {
  const auto format = DatetimeFormat::infer(
      std::vector<std::string_view>{"31.01.30", "01.02.41", "01.02.52", "01.02.60", "01.02.68", "01.02.75",
                                    "01.02.88", "05.06.99", "24.12.05"});
  REQUIRE(format);
  CHECK(format->pattern() == "%d.%m.%{1930}y");
  CHECK(format->year_of("31.01.30") == 1930);
  CHECK(format->year_of("24.12.05") == 2005);
  CHECK(inferred({"31.01.20", "01.02.24"}) == "%d.%m.%y");
}

TEST_CASE("several ways of writing in one column are kept apart, and each is written again") {
  const std::vector<std::string_view> texts{"31/01/2022", "2022-02-01", "01/03/2022", "2022-12-24"};
  CHECK(inferred(texts) == "none");
  const auto format = DatetimeFormat::infer_mixed(texts);
  REQUIRE(format);
  CHECK(format->pattern() == "%d/%m/%Y|%Y-%m-%d");
  for (const std::string_view text : texts) {
    const auto moment = format->read(text);
    REQUIRE(moment);
    std::string again;
    format->append(moment->ticks, moment->zone, moment->way, again);
    CHECK(again == text);
  }
  const std::vector<std::string_view> finer{"2022-02-01", "2022-02-01 10:30"};
  CHECK(DatetimeFormat::infer_mixed(finer)->pattern() == "%Y-%m-%d %H:%M|%Y-%m-%d");
  CHECK_FALSE(DatetimeFormat::infer_mixed(std::vector<std::string_view>{"13/01/2022", "01/13/2022"}));
  CHECK_FALSE(DatetimeFormat::infer_mixed(std::vector<std::string_view>{"2022-02-01", "soon"}));
  CHECK(DatetimeFormat("%Y|%m|%d").read("2022|02|01"));
}

TEST_CASE("digits are dates when they cannot be so by chance") {
  const auto digits = [](std::vector<std::string_view> texts, bool named = false) {
    const auto format = DatetimeFormat::infer_digits(texts, named);
    return format ? format->pattern() : "none";
  };
  CHECK(digits({"20210101", "20210228", "20211231", "20220630", "20230115"}) == "%Y%m%d");
  CHECK(digits({"20210101", "20210229", "20211231", "20220630", "20230115"}) == "none");
  CHECK(digits({"20210101", "20210228"}) == "none");
  CHECK(digits({"20210101", "20210228"}, true) == "%Y%m%d");
  CHECK(digits({"20210101083000", "20210228235959", "20211231000000", "20220630120000", "20230115010203"}) ==
        "%Y%m%d%H%M%S");
  CHECK(digits({"202111", "202112", "202201", "202202", "202203", "202204"}) == "%Y%m");
  CHECK(digits({"202101", "202102", "202103", "202104", "202105", "202106"}) == "none");
  CHECK(digits({"202111", "202112", "202113", "202202", "202203", "202204"}) == "none");
}

TEST_CASE("texts that no single format reads are no dates") {
  CHECK(inferred({}) == "none");
  CHECK(inferred({"2020-02-30"}) == "none");
  CHECK(inferred({"2020-01-31", "2020-1-31"}) == "none");
  CHECK(inferred({"31.01.2020", "1.2.2020"}) == "none");
  CHECK(inferred({"2020-01-31", "2020-01-31 10:00"}) == "none");
  CHECK(inferred({"24:00", "10:00"}) == "none");
  CHECK(inferred({"0000-01-01"}) == "none");
  CHECK(inferred({"JAN 2020"}) == "none");
  CHECK(inferred({"20200131"}) == "none");
  CHECK(inferred({"1.5", "2.5"}) == "none");
  CHECK(inferred({"C-001", "C-002"}) == "none");
}

TEST_CASE("ticks are those of the C library, for four centuries of days and some seconds") {
  const DatetimeFormat days("%Y-%m-%d");
  const DatetimeFormat seconds("%d %B %Y %H:%M:%S");
  for (std::int64_t day = -150'000; day < 150'000; day += 37) {
    const std::time_t time = day * 86'400 + (day % 86'400 + 86'400) % 86'400;
    std::tm parts{};
    gmtime_r(&time, &parts);
    char text[80];
    std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
    REQUIRE(days.read(text)->ticks == day);
    REQUIRE(written(days, day) == text);
    std::strftime(text, sizeof text, "%d %B %Y %H:%M:%S", &parts);
    REQUIRE(seconds.read(text)->ticks == time);
    REQUIRE(written(seconds, time) == text);
  }
}

TEST_CASE("leap days exist in leap years only") {
  const DatetimeFormat format("%Y-%m-%d");
  CHECK(format.read("2000-02-29"));
  CHECK(format.read("2024-02-29"));
  CHECK_FALSE(format.read("1900-02-29"));
  CHECK_FALSE(format.read("2023-02-29"));
}

TEST_CASE("the unit is that of the finest directive, and ticks count it") {
  CHECK(DatetimeFormat("%Y-%m").unit() == "month");
  CHECK(DatetimeFormat("%Y-%m").read("1970-03")->ticks == 1970 * 12 + 2);
  CHECK(DatetimeFormat("%Y-%m-%d %H").unit() == "hour");
  CHECK(DatetimeFormat("%Y-%m-%d %H:%M").unit() == "minute");
  CHECK(DatetimeFormat("%H:%M").read("01:30")->ticks == 90);
  const DatetimeFormat nanoseconds("%Y-%m-%d %H:%M:%S.%9f");
  CHECK(nanoseconds.unit() == "10^-9 second");
  CHECK(nanoseconds.read("1970-01-01 00:00:01.000000002")->ticks == 1'000'000'002);
  CHECK_FALSE(nanoseconds.read("1500-01-01 00:00:01.000000002"));
}

TEST_CASE("ticks that no text can show are brought to one that can") {
  CHECK(written(DatetimeFormat("%H:%M"), 24 * 60 + 5) == "00:05");
  CHECK(written(DatetimeFormat("%H:%M"), -5) == "23:55");
  CHECK(written(DatetimeFormat("%Y-%m-%d"), INT64_MAX) == "9999-12-31");
  CHECK(written(DatetimeFormat("%Y-%m-%d"), INT64_MIN) == "0001-01-01");
  CHECK(written(DatetimeFormat("%Y-%m"), INT64_MAX) == "9999-12");
}

TEST_CASE("two-digit years, noon, midnight and zones are read as people write them") {
  const DatetimeFormat format("%m/%d/%y %I:%M %p%z");
  const auto moment = format.read("07/04/69 12:30 AM+05:30");
  REQUIRE(moment);
  CHECK(moment->zone == "+05:30");
  CHECK(written(format, moment->ticks, moment->zone) == "07/04/69 12:30 AM+05:30");
  CHECK(format.read("07/04/68 12:30 PMZ")->ticks > moment->ticks);
  CHECK_FALSE(format.read("07/04/69 13:30 PMZ"));
  CHECK_FALSE(format.read("07/04/69 12:30 PM+25:00"));
}

TEST_CASE("patterns that name no point in time are refused") {
  const auto sentence = [](const char* pattern) {
    return raised([&] { DatetimeFormat format{pattern}; }).sentence();
  };
  CHECK_THAT(sentence("%Q"), Contains("'%Q' is not known"));
  CHECK_THAT(sentence("%Y-%"), Contains("lone '%'"));
  CHECK_THAT(sentence("%d.%m."), Contains("a day needs a month and a year"));
  CHECK_THAT(sentence("%I:%M"), Contains("belong together"));
  CHECK_THAT(sentence("hello"), Contains("neither a year nor an hour"));
  CHECK(DatetimeFormat("%Y%%").read("2020%"));
}

}  // namespace ctgan::table
