#include "server/synth/report/interval_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "server/synth/report/axis.h"
#include "server/synth/report/text.h"

namespace ctgan::synth::report {
namespace {

using evaluate::Estimate;

constexpr double k_width = 380;
constexpr double k_left = 12;
constexpr double k_right = k_width - 12;
constexpr double k_top = 36;  // below the names of the limits
constexpr double k_row = 36;
constexpr std::size_t k_name_characters = 56;

bool is_number(const Estimate& estimate) {
  return std::isfinite(estimate.value) && std::isfinite(estimate.low) && std::isfinite(estimate.high);
}

std::string in_words(const IntervalChart& chart) {
  std::string words;
  for (const IntervalLine& line : chart.lines) {
    words +=
        fmt::format("{}: {}, interval {} to {}. ", shortened(line.name, k_name_characters),
                    percent(line.estimate.value), percent(line.estimate.low), percent(line.estimate.high));
  }
  return words +
         fmt::format("Good up to {}, bad above {}.", percent(chart.limits.good), percent(chart.limits.bad));
}

Scale scale_of(const IntervalChart& chart) {
  double low = chart.low;
  double high = chart.high;
  for (const IntervalLine& line : chart.lines) {
    if (!is_number(line.estimate)) continue;
    low = std::min(low, line.estimate.low);
    high = std::max(high, line.estimate.high);
  }
  const double margin = 0.03 * (high - low);
  return {low - margin, high + margin, k_left, k_right};
}

// Named at the side that has more room; the two names stand on lines of their own.
void draw_limit(Markup& page, double x, double bottom, double name_line, const std::string& name) {
  page.leaf("path", {{"class", "limit"},
                     {"d", fmt::format("M{} {}V{}", place(x), place(name_line - 9), place(bottom))}});
  const bool right = x < k_width / 2;
  draw_text(page, right ? x + 4 : x - 4, name_line, right ? "start" : "end", name);
}

void draw_line(Markup& page, const IntervalLine& line, const Scale& x, double top) {
  page.short_text("text", line.name, k_name_characters, {{"x", place(k_left)}, {"y", place(top + 12)}});
  if (!is_number(line.estimate)) return;
  const double y = top + 23;
  const double value = x(line.estimate.value);
  page.leaf("path", {{"class", "interval"},
                     {"d", fmt::format("M{0} {2}v8M{1} {2}v8M{0} {3}H{1}", place(x(line.estimate.low)),
                                       place(x(line.estimate.high)), place(y - 4), place(y))}});
  page.leaf("path", {{"class", "estimate"},
                     {"d", fmt::format("M{} {}l5 5l-5 5l-5 -5z", place(value), place(y - 5))}});
}

}  // namespace

void draw_intervals(Markup& page, const IntervalChart& chart) {
  const double bottom = k_top + k_row * static_cast<double>(chart.lines.size());
  open_chart(page, {chart.id, chart.title, in_words(chart), k_width, bottom + 42});
  const Scale x = scale_of(chart);
  draw_limit(page, x(chart.limits.good), bottom, 12,
             fmt::format("good up to {:.3g} %", 100 * chart.limits.good));
  draw_limit(page, x(chart.limits.bad), bottom, 26,
             fmt::format("bad above {:.3g} %", 100 * chart.limits.bad));
  for (std::size_t i = 0; i < chart.lines.size(); ++i) {
    draw_line(page, chart.lines[i], x, k_top + k_row * static_cast<double>(i));
  }
  std::vector<Tick> ticks = number_ticks(100 * x.low(), 100 * x.high(), 5);
  for (Tick& tick : ticks) tick = {tick.value / 100, tick.label + " %"};
  draw_bottom_axis(page, x, ticks, bottom, chart.bottom_label);
  page.close();
}

}  // namespace ctgan::synth::report
