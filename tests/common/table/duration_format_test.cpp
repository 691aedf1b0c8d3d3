#include "common/table/duration_format.h"

#include <random>

#include "common/errors/error.h"
#include "tests/catch.h"
#include "tests/raises.h"

namespace ctgan::table {
namespace {

std::string written(const DurationFormat& format, std::int64_t ticks) {
  std::string out;
  format.append(ticks, out);
  return out;
}

// infer() has read every text and written it back.
std::string inferred(const std::vector<std::string_view>& texts) {
  const auto format = DurationFormat::infer(texts);
  return format ? format->pattern() : "none";
}

}  // namespace

TEST_CASE("the format of durations is found from all of their texts") {
  CHECK(inferred({"25:30:00", "04:05:06"}) == "{hh}:{mm}:{ss}{f3?}");
  CHECK(inferred({"125:30", "04:05"}) == "{hh}:{mm}");
  CHECK(inferred({"25:30:00", "4:05:06"}) == "{h}:{mm}:{ss}");
  CHECK(inferred({"3 days 04:05:06", "0 days 00:00:07"}) == "{d} days {hh}:{mm}:{ss}{f6?}");
  CHECK(inferred({"3 days, 4:05:06", "1 day, 0:00:00", "23:59:59"}) == "{d? day(s), }{h}:{mm}:{ss}{f6?}");
  CHECK(inferred({"3 days 04:05:06", "1 day 00:00:00", "23:59:59"}) == "{d? day(s) }{hh}:{mm}:{ss}{f6?}");
  CHECK(inferred({"PT1H30M", "PT45M", "PT2H"}) == "PT{h?H}{m?M}{s?S}");
  CHECK(inferred({"PT5123M7S", "PT1M0S"}) == "PT{m}M{s}S");
  CHECK(inferred({"P1DT2H", "PT5S", "P2D"}) == "P{d?D}{T}{h?H}{m?M}{s?S}");
  CHECK(inferred({"1h 30m", "45m", "2h"}) == "{h?h}{ }{m?m}");
  CHECK(inferred({"1h 30m", "0h 45m", "2h 0m"}) == "{h}h {m}m");
  CHECK(inferred({"1h30m", "1h5m", "12h05m"}) == "none");
  CHECK(inferred({"1h05m", "12h30m"}) == "{h}h{mm}m");
  CHECK(inferred({"2 hours 1 minute", "1 hour 30 minutes"}) == "{h? hour(s)}{ }{m? minute(s)}");
  CHECK(inferred({"3m 20s", "12m 5s"}) == "{m}m {s}s");
}

TEST_CASE("what has a minute beyond 59, or another thing beside it, is no duration") {
  for (const std::vector<std::string_view>& texts :
       std::vector<std::vector<std::string_view>>{{},
                                                  {"25:60:00"},
                                                  {"1h 75m"},
                                                  {"16:9"},
                                                  {"P"},
                                                  {"PT"},
                                                  {"3 days", "x"},
                                                  {"12"},
                                                  {"v1.04:05:06x"}}) {
    CHECK(inferred(texts) == "none");
  }
}

TEST_CASE("ticks count the finest unit, and a tick has its seconds") {
  CHECK(DurationFormat("{h}:{mm}").read("25:30") == 25 * 60 + 30);
  CHECK(DurationFormat("{h}:{mm}").tick() == 60);
  CHECK(DurationFormat("{hh}:{mm}:{ss}.{f3}").read("00:00:01.250") == 1250);
  CHECK(DurationFormat("{hh}:{mm}:{ss}.{f3}").tick() == 0.001);
  CHECK(written(DurationFormat("PT{h?H}{m?M}{s?S}"), 0) == "PT0S");
  CHECK(written(DurationFormat("{h}:{mm}"), -90) == "-1:30");
  CHECK(DurationFormat("{h}:{mm}").read("-1:30") == -90);
}

TEST_CASE("property: every length is written with units below their bounds, and read back") {
  std::mt19937_64 random(5);
  for (const char* pattern : {"{hh}:{mm}:{ss}{f3?}", "{h}:{mm}", "{d} days {hh}:{mm}:{ss}{f6?}",
                              "{d? day(s), }{h}:{mm}:{ss}{f6?}", "P{d?D}{T}{h?H}{m?M}{s?S}", "PT{m}M{s}S",
                              "{h?h}{ }{m?m}", "{d? day(s)}{ }{h? hour(s)}{ }{m? minute(s)}"}) {
    const DurationFormat format(pattern);
    for (int i = 0; i < 2000; ++i) {
      const auto ticks = static_cast<std::int64_t>(random() % (std::uint64_t{1} << (random() % 40)));
      INFO(pattern << " " << ticks << " " << written(format, ticks));
      REQUIRE(format.read(written(format, ticks)) == ticks);
    }
  }
}

TEST_CASE("patterns without units in order are refused") {
  for (const char* pattern : {"", "h:mm", "{s}{m}", "{f3}", "{q}"})
    CHECK(tests::raised([&] { DurationFormat format{pattern}; }).kind() == errors::Kind::bad_data);
}

}  // namespace ctgan::table
