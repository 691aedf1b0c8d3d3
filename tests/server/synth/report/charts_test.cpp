// What the charts of the page draw, read off their paths.
#include <cmath>
#include <limits>
#include <regex>
#include <set>

#include "server/synth/report/axis.h"
#include "server/synth/report/distribution_chart.h"
#include "server/synth/report/heat_map.h"
#include "server/synth/report/interval_chart.h"
#include "server/synth/report/line_chart.h"
#include "tests/catch.h"

namespace ctgan::synth::report {
namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size()))
    ++count;
  return count;
}

// The paths of that class, one after the other.
std::string path_of(const std::string& svg, const std::string& name) {
  const std::regex path("<path class=\"" + name + "\"[^>]* d=\"([^\"]*)\"");
  std::string all;
  for (std::sregex_iterator at(svg.begin(), svg.end(), path), end; at != end; ++at) all += (*at)[1];
  return all;
}

// The curve alone: its name's stroke comes behind it.
std::string curve_of(const std::string& svg) {
  const std::string all = path_of(svg, "line one");
  return all.substr(0, all.rfind('M'));
}

template <typename Draw>
std::string drawn(const Draw& draw) {
  Markup page;
  draw(page);
  return page.take();
}

std::vector<std::string> labels(const std::vector<Tick>& ticks) {
  std::vector<std::string> all;
  for (const Tick& tick : ticks) all.push_back(tick.label);
  return all;
}

// Of the weakest cells of that sign.
std::string first_opacity(const std::string& svg, const std::string& name) {
  const std::regex opacity("class=\"" + name + "\" fill-opacity=\"([^\"]*)\"");
  std::smatch found;
  REQUIRE(std::regex_search(svg, found, opacity));
  return found[1];
}

// Squares and marks of the cells, without those that explain them below the map.
std::size_t cells_of(const HeatMap& map, const std::string& name) {
  HeatMap empty = map;
  empty.values.assign(map.values.size(), 0);
  const auto count = [&name](const HeatMap& shown) {
    return count_of(path_of(drawn([&](Markup& page) { draw_heat_map(page, shown); }), name), "M");
  };
  return count(map) - count(empty);
}

using Labels = std::vector<std::string>;

}  // namespace

TEST_CASE("A scale maps its ends to its places and everything outside to the nearer end") {
  const Scale scale(-10, 30, 100, 500);
  CHECK(scale(-10) == 100);
  CHECK(scale(10) == 300);
  CHECK(scale(30) == 500);
  CHECK(scale(-1e300) == 100);
  CHECK(scale(1e300) == 500);
  const Scale downwards(0, 1, 200, 20);
  CHECK(downwards(1) == 20);
  CHECK(downwards(0.5) == 110);
}

TEST_CASE("A scale of one value gets a range around it, and one of all numbers does not overflow") {
  const Scale one(5, 5, 0, 100);
  CHECK(one.low() < 5);
  CHECK(one.high() > 5);
  CHECK(one(5) == Approx(50));
  constexpr double k_most = std::numeric_limits<double>::max();
  const Scale all(-k_most, k_most, 0, 100);
  CHECK(all(0) == Approx(50));
}

TEST_CASE("Numbers on an axis are round and as precise as their step") {
  CHECK(labels(number_ticks(0, 1, 5)) == Labels{"0", "0.2", "0.4", "0.6", "0.8", "1.0"});
  CHECK(labels(number_ticks(17, 90, 4)) == Labels{"20", "40", "60", "80"});
  CHECK(labels(number_ticks(0, 40'000, 4)) == Labels{"0", "10k", "20k", "30k", "40k"});
  CHECK(labels(number_ticks(0, 4e6, 4)) == Labels{"0", "1M", "2M", "3M", "4M"});
  CHECK(labels(number_ticks(-1, 1, 2)) == Labels{"-1", "0", "1"});
  CHECK(labels(number_ticks(7, 7, 5)) == Labels{"7"});
}

TEST_CASE("Shares begin at zero and end at or above the greatest") {
  CHECK(labels(share_ticks(0.27)) == Labels{"0 %", "10 %", "20 %", "30 %"});
  CHECK(labels(share_ticks(1)) == Labels{"0 %", "50 %", "100 %"});
  for (const double most : {0.001, 0.02, 0.33, 0.5, 0.99}) {
    const std::vector<Tick> ticks = share_ticks(most);
    CHECK(ticks.front().value == 0);
    CHECK(ticks.back().value >= most);
    CHECK(ticks.size() <= 6);
  }
  for (const double nothing : {0.0, -1.0, k_nan}) CHECK(share_ticks(nothing).back().value == 1);
}

TEST_CASE("Moments on an axis are times, days or years, as the range asks for") {
  constexpr double k_day = 86'400;
  CHECK(labels(moment_ticks(0, k_day / 2)) == Labels{"00:00", "06:00", "12:00"});
  CHECK(labels(moment_ticks(20'000 * k_day, 20'010 * k_day)) ==
        Labels{"2024-10-04", "2024-10-09", "2024-10-14"});
  CHECK(labels(moment_ticks(0, 40 * 365.25 * k_day)) == Labels{"1970", "1990", "2010"});
  CHECK(moment_ticks(k_day, k_day).size() == 1);
  // What no calendar has is a number.
  CHECK_THAT(moment_ticks(-1e300, 1e300).front().label, Catch::Contains("e+300"));
}

TEST_CASE("Places have one decimal at most, and zero has no sign") {
  CHECK(place(12.5) == "12.5");
  CHECK(place(3) == "3");
  CHECK(place(2.04) == "2");
  CHECK(place(-0.01) == "0");
}

TEST_CASE("A value of an axis is written for a table, and what is none says so") {
  CHECK(axis_value(17.5, evaluate::Axis::number) == "17.5");
  CHECK(axis_value(12'345'678, evaluate::Axis::number) == "12345678");
  CHECK(axis_value(1'367'391'600, evaluate::Axis::moment) == "2013-05-01 07:00");
  CHECK(axis_value(k_nan, evaluate::Axis::number) == "n/a");
}

TEST_CASE("A heat map shows sign, strength, what is undefined, and not its diagonal") {
  const HeatMap map{.id = "h",
                    .title = "Differences",
                    .description = "what is seen",
                    .names = {"a", "b", "c"},
                    // NOLINTNEXTLINE: row by row
                    .values = {9, 0.5, -1, 0.5, 9, k_nan, -1, k_nan, 9},
                    .full = 1};
  const std::string svg = drawn([&](Markup& page) { draw_heat_map(page, map); });
  CHECK(cells_of(map, "positive") == 2);
  CHECK(cells_of(map, "negative") == 2);
  CHECK(first_opacity(svg, "positive") == "0.5");
  CHECK(first_opacity(svg, "negative") == "1.0");
  // Without colours: a dash is negative, a slash undefined.
  CHECK(cells_of(map, "mark") == 2);
  CHECK(cells_of(map, "slash") == 2);
  CHECK(count_of(path_of(svg, "diagonal"), "M") == 3);
  CHECK_THAT(svg, Catch::Contains("<desc id=\"hd\">what is seen</desc>"));
}

TEST_CASE("A difference beyond the full colour has the full colour, and none has no cell") {
  const HeatMap map{.id = "h",
                    .title = "t",
                    .description = "d",
                    .names = {"a", "b"},
                    .values = {0, 7, 0.01, 0},
                    .full = 0.5};
  const std::string svg = drawn([&](Markup& page) { draw_heat_map(page, map); });
  CHECK(first_opacity(svg, "positive") == "1.0");
  CHECK(cells_of(map, "positive") == 1);
  CHECK(cells_of(map, "negative") == 0);
}

TEST_CASE("A curve has a gap where a value is none, and a lone value is a dot") {
  const LineChart chart{
      .id = "l", .title = "Losses", .bottom_label = "epoch", .curves = {{"G", {1, 2, k_nan, 4, k_nan, 3}}}};
  const std::string path = curve_of(drawn([&](Markup& page) { draw_lines(page, chart); }));
  CHECK(count_of(path, "M") == 3);
  CHECK(count_of(path, "L") == 1);
  // Left and right are the first and the last epoch.
  CHECK_THAT(path, Catch::StartsWith("M52 "));
  CHECK_THAT(path, Catch::Contains("M410 "));
}

TEST_CASE("Of a long curve each point is a mean, and there are never more than 300") {
  LineChart chart{
      .id = "l", .title = "t", .bottom_label = "b", .curves = {{"G", std::vector<double>(300, 1.0)}}};
  CHECK(values_a_point(chart) == 1);
  chart.curves[0].second.assign(301, 1.0);
  CHECK(values_a_point(chart) == 2);
  chart.curves[0].second.assign(3000, 1.0);
  CHECK(values_a_point(chart) == 10);
  const std::string path = curve_of(drawn([&](Markup& page) { draw_lines(page, chart); }));
  CHECK(count_of(path, "M") + count_of(path, "L") == 300);
  // Alternating values are their mean: a level line.
  for (std::size_t i = 0; i < 3000; ++i) chart.curves[0].second[i] = i % 2 == 0 ? 0 : 2;
  const std::string level = curve_of(drawn([&](Markup& page) { draw_lines(page, chart); }));
  const std::regex point(R"([ML][\d.]+ ([\d.]+))");
  std::set<std::string> heights;
  for (std::sregex_iterator at(level.begin(), level.end(), point), end; at != end; ++at)
    heights.insert((*at)[1]);
  CHECK(heights.size() == 1);
}

TEST_CASE("Curves of nothing are nothing to draw") {
  CHECK(values_a_point({}) == 0);
  CHECK(values_a_point(
            {.id = "l", .title = "", .bottom_label = "", .curves = {{"G", {k_nan, k_nan}}, {"D", {}}}}) == 0);
}

TEST_CASE("An interval is drawn between its ends, its estimate in it, and the limits beside it") {
  const IntervalChart chart{
      .id = "i",
      .title = "Attacks",
      .bottom_label = "risk",
      .lines = {{"singling out", {0.10, 0.05, 0.20}}, {"linking", {k_nan, k_nan, k_nan}}},
      .limits = {0.1, 0.3},
      .low = 0,
      .high = 0.4};
  const std::string svg = drawn([&](Markup& page) { draw_intervals(page, chart); });
  CHECK(count_of(svg, "class=\"interval\"") == 1);
  CHECK(count_of(svg, "class=\"estimate\"") == 1);
  CHECK(count_of(svg, "class=\"limit\"") == 2);
  CHECK_THAT(svg, Catch::Contains("good up to 10 %") && Catch::Contains("bad above 30 %"));
  CHECK_THAT(svg, Catch::Contains("linking"));
  const std::regex ends(R"(M([\d.]+) [\d.]+v8M([\d.]+) )"), middle(R"(M([\d.]+) )");
  std::smatch interval, estimate;
  const std::string interval_path = path_of(svg, "interval"), estimate_path = path_of(svg, "estimate");
  REQUIRE(std::regex_search(interval_path, interval, ends));
  REQUIRE(std::regex_search(estimate_path, estimate, middle));
  CHECK(std::stod(interval[1]) < std::stod(estimate[1]));
  CHECK(std::stod(estimate[1]) < std::stod(interval[2]));
  // Twice as far from the upper end as from the lower one.
  CHECK(std::stod(interval[2]) - std::stod(estimate[1]) ==
        Approx(2 * (std::stod(estimate[1]) - std::stod(interval[1]))).margin(0.3));
}

TEST_CASE("An axis grows until every interval is in it") {
  IntervalChart chart{.id = "i",
                      .title = "t",
                      .bottom_label = "",
                      .lines = {{"x", {0.5, -0.4, 2.5}}},
                      .limits = {0.1, 0.3},
                      .low = 0,
                      .high = 0.4};
  const std::string svg = drawn([&](Markup& page) { draw_intervals(page, chart); });
  const std::regex ends(R"(M([\d.]+) [\d.]+v8M([\d.]+) )");
  std::smatch interval;
  const std::string path = path_of(svg, "interval");
  REQUIRE(std::regex_search(path, interval, ends));
  CHECK(std::stod(interval[1]) > 12);
  CHECK(std::stod(interval[2]) < 368);
}

TEST_CASE("Bins and categories are said in words, shares that are none as none") {
  evaluate::Distribution bins;
  bins.edges = {0, 10, 20};
  bins.original = {0.25, 0.75};
  bins.synthetic = {k_nan, 7};
  const std::vector<SharePair> of_bins = share_pairs(bins);
  REQUIRE(of_bins.size() == 2);
  CHECK(of_bins[0].label == "0 to 10");
  CHECK(of_bins[0].original == 0.25);
  CHECK(of_bins[0].synthetic == 0);
  CHECK(of_bins[1].synthetic == 1);

  evaluate::Distribution words;
  words.labels = {"yes", "no", ""};
  words.original = {0.5, 0.3, 0.2};
  words.synthetic = {0.5};
  words.rest = true;
  words.categories = 1002;
  const std::vector<SharePair> of_words = share_pairs(words);
  REQUIRE(of_words.size() == 3);
  CHECK(of_words[1].label == "no");
  CHECK(of_words[1].synthetic == 0);
  CHECK(of_words[2].label == "1,000 others");
}

}  // namespace ctgan::synth::report
