// What is drawn, measured against what was given: heights, lengths, colours and the numbers beside them.
#include <cmath>
#include <limits>
#include <map>
#include <regex>
#include <set>

#include "server/synth/report/axis.h"
#include "server/synth/report/distribution_chart.h"
#include "server/synth/report/interval_chart.h"
#include "server/synth/report/line_chart.h"
#include "server/synth/report/report.h"
#include "server/synth/report/text.h"
#include "tests/catch.h"
#include "tests/server/synth/report/page_check.h"
#include "tests/server/synth/report/sample_evaluation.h"

using namespace ctgan;
using namespace ctgan::synth;
using namespace ctgan::synth::report;
using tests::has;
using tests::sample_evaluation;

namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

template <typename Draw>
std::string svg_of(const Draw& draw) {
  Markup page;
  draw(page);
  return page.take();
}

std::string distribution_of(const evaluate::ColumnResult& column) {
  return svg_of([&](Markup& page) { draw_distribution(page, column, "x"); });
}

// What stands in the paths of a class, the legend's aside.
std::vector<std::string> paths(const std::string& svg, const std::string& name) {
  const std::regex path("<path class=\"" + name + "\"[^>]* d=\"([^\"]*)\"");
  std::vector<std::string> found;
  for (std::sregex_iterator at(svg.begin(), svg.end(), path), end; at != end; ++at)
    if ((*at)[1] != "M8 6h18v10h-18z" && (*at)[1] != "M98 11h18") found.push_back((*at)[1]);
  return found;
}

// The numbers behind a letter of a path: V and H are absolute heights and lengths.
std::vector<double> behind(const std::string& path, char letter) {
  std::vector<double> numbers;
  for (std::size_t at = path.find(letter); at != std::string::npos; at = path.find(letter, at + 1))
    numbers.push_back(std::stod(path.substr(at + 1)));
  return numbers;
}

struct Label {
  double x = 0;
  double y = 0;
  std::string anchor;
  std::string text;
};

std::vector<Label> labels_of(const std::string& svg) {
  const std::regex label(R"re(<text x="([^"]*)" y="([^"]*)" text-anchor="([^"]*)">([^<]*)</text>)re");
  std::vector<Label> found;
  for (std::sregex_iterator at(svg.begin(), svg.end(), label), end; at != end; ++at)
    found.push_back({std::stod((*at)[1]), std::stod((*at)[2]), (*at)[3], (*at)[4]});
  return found;
}

// Places of the labels that are shares, by share: x of a bottom axis, y of a left one.
std::map<double, double> shares_on_axis(const std::string& svg, double Label::*place) {
  std::map<double, double> shares;
  for (const Label& label : labels_of(svg))
    if (label.text.ends_with(" %")) shares[std::stod(label.text) / 100] = label.*place;
  return shares;
}

// The value that a place stands for, by the axis's own labels.
double read_off(const std::map<double, double>& axis, double place) {
  const auto [low, from] = *axis.begin();
  const auto [high, to] = *axis.rbegin();
  return low + (place - from) / (to - from) * (high - low);
}

std::string part_between(const std::string& page, const std::string& from, const std::string& to) {
  const std::size_t first = page.find(from);
  REQUIRE(first != std::string::npos);
  return page.substr(first, page.find(to, first) - first);
}

std::vector<std::string> texts_of(const std::vector<Tick>& ticks) {
  std::vector<std::string> texts;
  for (const Tick& tick : ticks) texts.push_back(tick.label);
  return texts;
}

}  // namespace

TEST_CASE("The steps of a histogram are as high as the shares, by the labels of its own axis") {
  auto column = tests::numeric_column("age");
  column.distribution.original = {0.1, 0.65, 0.25};
  column.distribution.synthetic = {0.4, 0.0, 0.6};
  const std::string svg = distribution_of(column);
  std::map<double, double> axis = shares_on_axis(svg, &Label::y);
  REQUIRE(axis.size() >= 3);
  CHECK(axis.begin()->first == 0);
  CHECK(axis.rbegin()->first >= 0.65);
  // A label's base line is below the line that it names.
  for (auto& [share, y] : axis) y -= 4;
  const std::vector<double> filled = behind(paths(svg, "original").at(0), 'V');
  const std::vector<double> outline = behind(paths(svg, "synthetic").at(0), 'V');
  REQUIRE(filled.size() == 4);
  REQUIRE(outline.size() == 4);
  for (std::size_t bin = 0; bin < 3; ++bin) {
    CHECK(read_off(axis, filled[bin]) == Approx(column.distribution.original[bin]).margin(0.002));
    CHECK(read_off(axis, outline[bin]) == Approx(column.distribution.synthetic[bin]).margin(0.002));
  }
  // Both end on the ground.
  CHECK(read_off(axis, filled[3]) == Approx(0).margin(0.002));
  CHECK(read_off(axis, outline[3]) == Approx(0).margin(0.002));
}

TEST_CASE(
    "The steps of a histogram are as wide as the bins, and the axis below them begins and ends with them") {
  auto column = tests::numeric_column("age");
  column.distribution.edges = {0, 10, 40, 100};
  const std::string svg = distribution_of(column);
  const std::string filled = paths(svg, "original").at(0);
  const double left = std::stod(filled.substr(1));
  const std::vector<double> edges = behind(filled, 'H');
  REQUIRE(edges.size() == 3);
  const double width = edges[2] - left;
  CHECK(width > 200);
  CHECK((edges[0] - left) / width == Approx(0.1).margin(0.001));
  CHECK((edges[1] - left) / width == Approx(0.4).margin(0.001));
  CHECK(edges == behind(paths(svg, "synthetic").at(0), 'H'));
  // Every number stands below its value.
  int seen = 0;
  for (const Label& label : labels_of(svg)) {
    if (label.y != 196) continue;
    ++seen;
    CHECK((label.x - left) / width == Approx(std::stod(label.text) / 100).margin(0.001));
  }
  CHECK(seen == 6);
}

TEST_CASE("A bar is as long as its share, its thin bar as the other table's, the numbers beside both") {
  auto column = tests::text_column("city", {"Rome", "Bern", "Oslo"});
  column.distribution.original = {0.6, 0.3, 0.1};
  column.distribution.synthetic = {0.25, 0.75, 0};
  const std::string svg = distribution_of(column);
  const std::map<double, double> axis = shares_on_axis(svg, &Label::x);
  REQUIRE(axis.size() >= 3);
  const std::vector<std::string> filled = paths(svg, "original");
  const std::vector<std::string> thin = paths(svg, "synthetic thick");
  REQUIRE(filled.size() == 3);
  REQUIRE(thin.size() == 3);
  for (std::size_t bar = 0; bar < 3; ++bar) {
    CHECK(read_off(axis, behind(filled[bar], 'H').at(0)) ==
          Approx(column.distribution.original[bar]).margin(0.003));
    CHECK(read_off(axis, behind(thin[bar], 'H').at(0)) ==
          Approx(column.distribution.synthetic[bar]).margin(0.003));
  }
  for (const char* numbers : {"60.0 | 25.0", "30.0 | 75.0", "10.0 | 0.0"}) CHECK(has(svg, numbers));
}

TEST_CASE("Who does not see a distribution is told its widest gap, of bins or of categories") {
  auto ages = tests::numeric_column("age");
  ages.distribution.original = {0.1, 0.65, 0.25};
  ages.distribution.synthetic = {0.2, 0.35, 0.45};
  CHECK(has(distribution_of(ages),
            "Shares of both tables over 3 bins. Score 0.913. The widest gap: 10 to 20, "
            "original 65.0\xC2\xA0%, synthetic 35.0\xC2\xA0%."));
  auto cities = tests::text_column("city", {"Rome", ""});
  cities.distribution.original = {0.9, 0.1};
  cities.distribution.synthetic = {0.9, 0.2};
  CHECK(has(distribution_of(cities),
            "over 2 categories. Score 0.700. The widest gap: (empty), original "
            "10.0\xC2\xA0%, synthetic 20.0\xC2\xA0%."));
}

TEST_CASE("A constant column is one bin over the whole width, and its value stands below it") {
  auto column = tests::numeric_column("rate");
  for (const auto& [value, written] :
       {std::pair{0.25, "0.25"}, {17.5, "17.5"}, {12345.5, "12345.5"}, {-3.0, "-3"}}) {
    CAPTURE(value);
    column.distribution.edges = {value, value};
    column.distribution.original = column.distribution.synthetic = {1};
    const std::string svg = distribution_of(column);
    const std::vector<Label> labels = labels_of(svg);
    const auto below = std::find_if(labels.begin(), labels.end(), [](const Label& l) { return l.y == 196; });
    REQUIRE(below != labels.end());
    CHECK(below->text == written);
    const std::string filled = paths(svg, "original").at(0);
    const double left = std::stod(filled.substr(1));
    CHECK(below->x == Approx((left + behind(filled, 'H').at(0)) / 2).margin(0.1));
    CHECK(has(svg, fmt::format("{} to {}", written, written)));
  }
}

TEST_CASE("Numbers on an axis are told apart however far from zero it is") {
  using Labels = std::vector<std::string>;
  CHECK(texts_of(number_ticks(12'345, 12'350, 5)) ==
        Labels{"12345", "12346", "12347", "12348", "12349", "12350"});
  CHECK(texts_of(number_ticks(0, 2'000'000, 4)) == Labels{"0", "500k", "1.0M", "1.5M", "2.0M"});
  CHECK(texts_of(number_ticks(10'000, 12'000, 4)) == Labels{"10.0k", "10.5k", "11.0k", "11.5k", "12.0k"});
  CHECK(texts_of(number_ticks(0, 4e-6, 2)) == Labels{"0", "2e-06", "4e-06"});
  for (const auto& [low, high] : {std::pair{99'990.0, 100'010.0},
                                  {1e6, 1e6 + 7},
                                  {2e9, 2e9 + 3e4},
                                  {1e9, 1.00001e9},
                                  {-50'003.0, -50'001.0},
                                  {1e12, 1.0001e12},
                                  {0.00005, 0.0000501},
                                  {20'240, 20'240.5}}) {
    CAPTURE(low, high);
    const std::vector<Tick> ticks = number_ticks(low, high, 5);
    std::set<std::string> different;
    for (const Tick& tick : ticks) different.insert(tick.label);
    CHECK(ticks.size() > 2);
    CHECK(different.size() == ticks.size());
  }
}

TEST_CASE("A label of an axis is the number that it stands at") {
  for (const auto& [low, high] : {std::pair{0.0, 1.0},
                                  {-7.0, 3.0},
                                  {995.0, 1005.0},
                                  {9'000.0, 21'000.0},
                                  {12'345.0, 12'350.0},
                                  {0.0, 3e6},
                                  {-4e9, 4e9},
                                  {1e13, 9e13},
                                  {0.0001, 0.0009}}) {
    CAPTURE(low, high);
    for (const Tick& tick : number_ticks(low, high, 5)) {
      CAPTURE(tick.label);
      const std::map<char, double> units{{'k', 1e3}, {'M', 1e6}, {'G', 1e9}};
      const auto unit = units.find(tick.label.back());
      const double read = std::stod(tick.label) * (unit == units.end() ? 1 : unit->second);
      CHECK(read == Approx(tick.value).margin(1e-6 * (high - low)));
    }
  }
}

TEST_CASE("Categories that share a row of the page with too many others lose nothing of the whole") {
  for (const std::size_t labels : {1, 9, 10, 11, 20}) {
    CAPTURE(labels);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < labels; ++i) names.push_back(fmt::format("n{}", i));
    const std::string svg = distribution_of(tests::text_column("c", names));
    const std::regex numbers(R"re(>([\d.]+) \| ([\d.]+)</text>)re");
    double original = 0, synthetic = 0;
    std::size_t bars = 0;
    for (std::sregex_iterator at(svg.begin(), svg.end(), numbers), end; at != end; ++at, ++bars) {
      original += std::stod((*at)[1]);
      synthetic += std::stod((*at)[2]);
    }
    CHECK(bars == std::min<std::size_t>(labels, 10));
    CHECK(original == Approx(100).margin(0.6));
    CHECK(synthetic == Approx(100).margin(0.6));
    CHECK(has(svg, fmt::format("{} others", labels - 9)) == (labels > 10));
  }
}

TEST_CASE("A column of which every cell is missing says so in words and draws nothing") {
  auto column = tests::text_column("gone", {"x"});
  column.distribution = {};
  column.score = std::nullopt;
  column.coverage = column.adherence = std::nullopt;
  column.missing = {1, 1, 1};
  const std::string page = html_report(sample_evaluation({column}), {});
  tests::check_page(page);
  const std::string card = part_between(page, "<article", "</article>");
  CHECK(has(card, "Nothing to draw: no cell holds a value."));
  CHECK_FALSE(has(card, "class=\"chart\""));
  CHECK(has(card, "Missing: 100.0\xC2\xA0% in the original, 100.0\xC2\xA0% in the synthetic table."));
  CHECK(has(card, "n/a"));
}

TEST_CASE(
    "A column's card says what share of range and cells its scores are of, and of missing cells where any "
    "is") {
  auto numbers = tests::numeric_column("age");
  numbers.coverage = 0.875;
  numbers.adherence = 0.5;
  auto texts = tests::text_column("city", {"Rome"});
  texts.missing = {0, 0, 1};
  texts.coverage = 0.25;
  texts.adherence = std::nullopt;
  const std::string page = html_report(sample_evaluation({numbers, texts}), {});
  CHECK(has(page,
            "continuous; KSComplement. Covers 87.5\xC2\xA0% of the original's range; 50.0\xC2\xA0% of its "
            "cells lie within.</p>"));
  CHECK(has(page, "discrete; TVComplement. Covers 25.0\xC2\xA0% of the original's categories.</p>"));
}

TEST_CASE(
    "A step that holds all further out is as wide as the others, and the card says how far it reaches") {
  auto column = tests::numeric_column("gain");
  column.distribution.edges = {-0.5, 9.5, 19.5, 29.5, 99999.5};
  column.distribution.original = {.5, .3, .15, .05};
  column.distribution.synthetic = {.5, .3, .15, .05};
  column.distribution.tail_above = true;
  column.distribution.greatest = {.001, .04};
  const std::string page = html_report(sample_evaluation({column}), {});
  CHECK(has(page, "The axis is cut: the last step holds all up to 99999."));
  CHECK(has(page,
            "Values pile up at the upper end: 4.0\xC2\xA0% of the synthetic ones, 0.1\xC2\xA0% of the "
            "original's."));
  CHECK_FALSE(has(page, "pile up at the lower end"));
  const std::vector<double> edges = behind(paths(distribution_of(column), "original").at(0), 'H');
  REQUIRE(edges.size() == 4);
  CHECK(edges[3] - edges[2] == Approx(edges[1] - edges[0]).margin(0.2));
}

TEST_CASE("A column that was left out is in the table of scores and has no card") {
  auto left_out = tests::numeric_column("id");
  left_out.shape = evaluate::ColumnShape::left_out;
  left_out.kind = "identifier";
  evaluate::Evaluation evaluation =
      sample_evaluation({tests::numeric_column("age"), left_out, tests::numeric_column("size")});
  const std::string page = html_report(evaluation, {});
  tests::check_page(page);
  CHECK(tests::times(page, "<article") == 2);
  CHECK(has(page, ">id</th><td class=\"number\">n/a</td>"));
  CHECK(has(page, "<td>identifier</td><td>left out</td>"));
  CHECK_FALSE(has(page, "Distribution of id"));
}

TEST_CASE(
    "The maps show each table's relations and synthetic minus original, at both sides of the diagonal") {
  evaluate::Evaluation evaluation =
      sample_evaluation({tests::numeric_column("a"), tests::numeric_column("b")});
  const auto map = [&](const std::string& title) {
    const std::string page = html_report(evaluation, {});
    // Below the map stands its key, which has every level.
    return part_between(page, "<figcaption>" + title, "class=\"axis\"");
  };
  evaluation.pairs = {{0, 1, "CorrelationSimilarity", 0.9, 0.2, 0.7, true}};
  const std::regex positive(R"re(class="positive" fill-opacity="([\d.]+)" d="M[^M]*M[^M]*z")re");
  const std::regex negative(R"re(class="negative" fill-opacity="([\d.]+)" d="M[^M]*M[^M]*z")re");
  const auto strength = [&](const std::string& svg, const std::regex& sign) {
    std::smatch found;
    return std::regex_search(svg, found, sign) ? std::stod(found[1]) : 0;
  };
  CHECK(strength(map("Original"), positive) == 0.2);
  CHECK(strength(map("Synthetic"), positive) == 0.7);
  // Half of all that can be is the full colour of a difference.
  CHECK(strength(map("Difference"), positive) == 1.0);
  CHECK(strength(map("Difference"), negative) == 0);
  evaluation.pairs[0].original_association = 0.7;
  evaluation.pairs[0].synthetic_association = 0.5;
  CHECK(strength(map("Difference"), negative) == 0.4);
  CHECK(strength(map("Difference"), positive) == 0);
  evaluation.pairs[0].synthetic_association = std::nullopt;
  CHECK(has(map("Difference"), "class=\"slash\""));
  CHECK(has(map("Synthetic"), "class=\"slash\""));
  CHECK_FALSE(has(map("Original"), "class=\"slash\""));
}

TEST_CASE("Pairs stand in the table by the size of what they changed, those without a number last") {
  evaluate::Evaluation evaluation =
      sample_evaluation({tests::numeric_column("a"), tests::numeric_column("b"), tests::numeric_column("c"),
                         tests::numeric_column("d")});
  evaluation.pairs = {{0, 1, "m", 0.9, 0.1, 0.2, true},
                      {0, 2, "m", 0.8, 0.9, std::nullopt, true},
                      {0, 3, "m", 0.7, 0.5, -0.5, true},
                      {1, 2, "m", 0.6, k_nan, 0.5, true},
                      {1, 3, "m", 0.5, 0.0, 0.4, true}};
  const std::string page = html_report(evaluation, {});
  const std::string table = part_between(page, "The pairs, those that differ most first</span>", "</table>");
  const std::regex row(R"re(<th scope="row">(\w)</th><td>(\w)</td><td class="number">([^<]*)</td>)re");
  std::vector<std::string> order;
  for (std::sregex_iterator at(table.begin(), table.end(), row), end; at != end; ++at)
    order.push_back(fmt::format("{}{} {}", (*at)[1].str(), (*at)[2].str(), (*at)[3].str()));
  CHECK(order == std::vector<std::string>{"ad -1.000", "bd 0.400", "ab 0.100", "ac n/a", "bc n/a"});
}

TEST_CASE("Of many pairs the twenty that changed most are shown and the table says of how many") {
  std::vector<evaluate::ColumnResult> columns;
  for (int i = 0; i < 8; ++i) columns.push_back(tests::numeric_column(fmt::format("n{}", i)));
  evaluate::Evaluation evaluation = sample_evaluation(std::move(columns));
  REQUIRE(evaluation.pairs.size() == 28);
  for (std::size_t i = 0; i < 28; ++i) {
    evaluation.pairs[i].original_association = 0;
    evaluation.pairs[i].synthetic_association = 0.01 * static_cast<double>(i);
  }
  const std::string page = html_report(evaluation, {});
  const std::string table =
      part_between(page, "The 20 of 28 pairs whose relation differs most</span>", "</table>");
  CHECK(tests::times(table, "<tr>") == 21);
  CHECK(has(table, ">0.270<"));
  CHECK(has(table, ">0.080<"));
  CHECK_FALSE(has(table, ">0.070<"));
}

TEST_CASE("A curve runs through its values, by the labels of its own axes") {
  const LineChart chart{
      .id = "l", .title = "Losses", .bottom_label = "epoch", .curves = {{"G", {4, 1, 2, 0, 3}}}};
  const std::string svg = svg_of([&](Markup& page) { draw_lines(page, chart); });
  std::map<double, double> upwards, epochs;
  for (const Label& label : labels_of(svg)) {
    if (label.text == "epoch") continue;
    if (label.y == 236) {
      epochs[std::stod(label.text)] = label.x;
    } else {
      upwards[std::stod(label.text)] = label.y - 4;
    }
  }
  REQUIRE(upwards.size() >= 2);
  // Epochs are whole, the first and the last among them.
  REQUIRE(epochs.size() == 5);
  CHECK(epochs.begin()->first == 1);
  CHECK(epochs.rbegin()->first == 5);
  const std::string path = paths(svg, "line one").at(0);
  const std::regex point(R"([ML]([\d.]+) ([\d.]+))");
  std::size_t seen = 0;
  for (std::sregex_iterator at(path.begin(), path.end(), point), end; at != end; ++at, ++seen) {
    CHECK(read_off(epochs, std::stod((*at)[1])) == Approx(1.0 + static_cast<double>(seen)).margin(0.01));
    CHECK(read_off(upwards, std::stod((*at)[2])) == Approx(chart.curves[0].second[seen]).margin(0.03));
  }
  CHECK(seen == 5);
  CHECK(has(svg, "G: 5 values, from 4.000 to 3.000 at the end."));
}

TEST_CASE("A training of one epoch is a dot on an axis of whole epochs") {
  const LineChart chart{.id = "l", .title = "t", .bottom_label = "epoch", .curves = {{"G", {2.5}}}};
  const std::string svg = svg_of([&](Markup& page) { draw_lines(page, chart); });
  CHECK(has(paths(svg, "line one").at(0), "h0.1"));
  for (const Label& label : labels_of(svg))
    if (label.y == 236) CHECK((label.text == "1" || label.text == "2"));
}

TEST_CASE("Two curves have different strokes, named in the same order") {
  const std::string page = html_report(sample_evaluation(), tests::sample_facts());
  const std::string chart = part_between(page, "Losses over the epochs</title>", "</svg>");
  const std::size_t one = chart.find("class=\"line one\" d=\"M52 12h30\"");
  const std::size_t two = chart.find("class=\"line two\" d=\"M");
  REQUIRE(one != std::string::npos);
  REQUIRE(two != std::string::npos);
  CHECK(chart.find(">generator</text>") > one);
  CHECK(chart.find(">discriminator</text>") > chart.find(">generator</text>"));
}

TEST_CASE("An interval, its estimate and its limits stand where the axis says") {
  const IntervalChart chart{.id = "i",
                            .title = "t",
                            .bottom_label = "risk",
                            .lines = {{"one", {0.08, 0.02, 0.12}}, {"two", {0.25, 0.2, 0.3}}},
                            .limits = {0.1, 0.2},
                            .low = 0,
                            .high = 0.3};
  const std::string svg = svg_of([&](Markup& page) { draw_intervals(page, chart); });
  std::map<double, double> axis;
  for (const Label& label : labels_of(svg))
    if (label.y == 124) axis[std::stod(label.text) / 100] = label.x;
  REQUIRE(axis.size() >= 3);
  const auto value = [&](const std::string& path, std::size_t number) {
    return read_off(axis, behind(path, 'M').at(number));
  };
  const std::vector<std::string> intervals = paths(svg, "interval"), estimates = paths(svg, "estimate"),
                                 limits = paths(svg, "limit");
  REQUIRE(intervals.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const evaluate::Estimate& given = chart.lines[i].estimate;
    CHECK(value(intervals[i], 0) == Approx(given.low).margin(0.001));
    CHECK(value(intervals[i], 1) == Approx(given.high).margin(0.001));
    CHECK(value(estimates[i], 0) == Approx(given.value).margin(0.001));
  }
  CHECK(value(limits.at(0), 0) == Approx(0.1).margin(0.001));
  CHECK(value(limits.at(1), 0) == Approx(0.2).margin(0.001));
  CHECK(has(svg,
            "one: 8.0\xC2\xA0%, interval 2.0\xC2\xA0% to 12.0\xC2\xA0%. two: 25.0\xC2\xA0%, interval "
            "20.0\xC2\xA0% to 30.0\xC2\xA0%. Good up to 10.0\xC2\xA0%, bad above 20.0\xC2\xA0%."));
}
