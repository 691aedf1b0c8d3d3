#include "server/synth/report/text.h"

#include <limits>
#include <string>

#include "server/synth/report/axis.h"
#include "server/synth/report/markup.h"
#include "tests/catch.h"

using namespace ctgan::synth::report;

TEST_CASE("Text from data cannot leave its element or attribute") {
  Markup page;
  page.element("p", {{"title", "\"><script>"}}, "</p><script>alert('1')</script> & \"");
  CHECK(page.take() ==
        "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;/p&gt;&lt;script&gt;alert('1')&lt;/script&gt; &amp; "
        "&quot;</p>");
}

TEST_CASE("Broken UTF-8, forbidden and direction-turning characters are replaced, control characters shown") {
  CHECK(clean("a\xFF"
              "b") ==
        "a\xEF\xBF\xBD"
        "b");
  CHECK(clean("\xC0\xAF") == "\xEF\xBF\xBD\xEF\xBF\xBD");              // overlong
  CHECK(clean("\xED\xA0\x80").find("\xED\xA0") == std::string::npos);  // surrogate
  CHECK(clean("\xEF\xBF\xBF") == "\xEF\xBF\xBD");                      // U+FFFF
  CHECK(clean("\xE2\x80\xAE"
              "evil") ==
        "\xEF\xBF\xBD"
        "evil");  // right-to-left override
  CHECK(clean(std::string("a\0b\n\x1b", 5)) == "a\\x00b\\n\\x1b");
  CHECK(clean("Z\xC3\xBCrich \xF0\x9F\x98\x80") == "Z\xC3\xBCrich \xF0\x9F\x98\x80");
}

TEST_CASE("Long text is cut between characters, not within") {
  const std::string umlauts = "\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4";
  CHECK(shortened(umlauts, 4) == umlauts);
  CHECK(shortened(umlauts, 3) == "\xC3\xA4\xC3\xA4\xE2\x80\xA6");
  CHECK(shortened("", 5) == "(empty)");
  CHECK(shortened(std::string(1'000'000, 'x'), 10).size() == 9 + 3);
}

TEST_CASE("What was cut stands in the title, an attribute in HTML and an element in SVG") {
  Markup page;
  page.short_text("th", "abcdefgh", 4, {{"scope", "row"}})
      .short_text("text", "abcdefgh", 4)
      .short_text("b", "abcd", 4);
  CHECK(page.take() ==
        "<th scope=\"row\" title=\"abcdefgh\">abc\xE2\x80\xA6</th>"
        "<text><title>abcdefgh</title>abc\xE2\x80\xA6</text><b>abcd</b>");
}

TEST_CASE("Numbers are written for people, and what is no number says so") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::string fixed = "\xC2\xA0%";
  CHECK(percent(0.1234) == "12.3" + fixed);
  CHECK(percent(0.0) == "0.0" + fixed);
  CHECK(percent(-0.0) == "0.0" + fixed);
  CHECK(percent(0.0004) == "0.04" + fixed);
  CHECK(percent(0.000001) == "< 0.01" + fixed);
  CHECK(percent(-0.002) == "-0.2" + fixed);
  CHECK(percent(nan) == "n/a");
  CHECK(score(nan) == "n/a");
  CHECK(score(std::nullopt) == "n/a");
  CHECK(score(-0.0001) == "0.000");
  CHECK(count(26049) == "26,049");
  CHECK(count(999) == "999");
  CHECK(count(1000000) == "1,000,000");
  CHECK(counted(1, "row", "rows") == "1 row");
  CHECK(duration(95) == "1 min 35 s");
  CHECK(duration(7500) == "2 h 5 min");
  CHECK(distance(0.85) == "0.850");
  CHECK(moment("2026-11-21T07:45:00Z") == "2026-11-21 07:45 UTC");
  CHECK(moment("yesterday") == "yesterday");
  CHECK(sentence("risk 5 %: bad") == "Risk 5" + fixed + ": bad.");
}

TEST_CASE("Ticks are round, lie within the axis and are never endless") {
  const double huge = std::numeric_limits<double>::max();
  const std::pair<double, double> ranges[] = {{0, 1}, {-5, 17},        {1e15, 1e15 + 4}, {-huge, huge},
                                              {3, 3}, {0.001, 0.0011}, {1e-300, 2e-300}, {0, 5e-324}};
  for (const auto& [low, high] : ranges) {
    const auto ticks = number_ticks(low, high, 5);
    CAPTURE(low, high, ticks.size());
    CHECK(ticks.size() <= 60);
    for (const Tick& tick : ticks) {
      CHECK(tick.value >= low - 1e-6 * (high / 2 - low / 2));
      CHECK(tick.value <= high + 1e-6 * (high / 2 - low / 2));
    }
  }
  CHECK(number_ticks(17, 90, 5).front().label == "20");
  CHECK(share_ticks(0.92).back().value == Approx(1.0));
  CHECK(share_ticks(0).back().value >= 1);
  CHECK(moment_ticks(1356998400, 1388448000).front().label == "2013-01-01");
  CHECK(moment_ticks(0, 86340).back().label == "23:59");
}
