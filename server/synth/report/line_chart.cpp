#include "server/synth/report/line_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "server/synth/report/axis.h"
#include "server/synth/report/text.h"

namespace ctgan::synth::report {
namespace {

constexpr double k_width = 420;
constexpr double k_left = 52;
constexpr double k_right = k_width - 10;
constexpr double k_top = 32;
constexpr double k_bottom = 220;
constexpr std::array<std::string_view, 4> k_strokes{"line one", "line two", "line three", "line four"};
constexpr std::size_t k_name_characters = 18;

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  std::size_t length = 0;
};

Range range_of(const LineChart& chart) {
  Range range;
  for (const auto& [name, values] : chart.curves) {
    range.length = std::max(range.length, values.size());
    for (const double value : values) {
      if (!std::isfinite(value)) continue;
      range.low = std::min(range.low, value);
      range.high = std::max(range.high, value);
    }
  }
  return range;
}

double mean_of(const std::vector<double>& values, std::size_t from, std::size_t to) {
  double sum = 0;
  for (std::size_t i = from; i < to; ++i) sum += values[i];
  return sum / static_cast<double>(to - from);
}

// Values that are no numbers leave a gap; a point between gaps is a dot of a line.
std::string line(const std::vector<double>& values, std::size_t each, const Scale& x, const Scale& y) {
  std::string path;
  bool drawing = false;
  for (std::size_t from = 0; from < values.size(); from += each) {
    const std::size_t to = std::min(from + each, values.size());
    const double value = mean_of(values, from, to);
    if (!std::isfinite(value)) {
      drawing = false;
      continue;
    }
    const double epoch = (static_cast<double>(from) + static_cast<double>(to) + 1) / 2;
    path += fmt::format("{}{} {}", drawing ? "L" : "M", place(x(epoch)), place(y(value)));
    if (!drawing) path += "h0.1";
    drawing = true;
  }
  return path;
}

void draw_names(Markup& page, const LineChart& chart) {
  double left = k_left;
  for (std::size_t i = 0; i < chart.curves.size() && i < k_strokes.size(); ++i) {
    page.leaf("path", {{"class", k_strokes[i]}, {"d", fmt::format("M{} 12h30", place(left))}});
    page.short_text("text", chart.curves[i].first, k_name_characters, {{"x", place(left + 36)}, {"y", "16"}});
    left += (k_right - k_left) / static_cast<double>(std::max<std::size_t>(chart.curves.size(), 2));
  }
}

std::string in_words(const LineChart& chart) {
  std::string words;
  for (const auto& [name, values] : chart.curves) {
    if (values.empty()) continue;
    words += fmt::format("{}: {} values, from {} to {} at the end. ", shortened(name, k_name_characters),
                         count(values.size()), score(values.front()), score(values.back()));
  }
  return words;
}

// No more than there are steps from one epoch to the next, so that all are whole.
std::vector<Tick> epoch_ticks(double last) {
  return number_ticks(1, last, static_cast<int>(std::min(6.0, last - 1)));
}

}  // namespace

std::size_t values_a_point(const LineChart& chart) {
  const Range range = range_of(chart);
  if (!(range.low <= range.high)) return 0;
  return (range.length + k_most_points - 1) / k_most_points;
}

void draw_lines(Markup& page, const LineChart& chart) {
  const Range range = range_of(chart);
  const std::size_t each = values_a_point(chart);
  const auto last = static_cast<double>(range.length);
  open_chart(page, {chart.id, chart.title, in_words(chart), k_width, k_bottom + 40});
  const Scale x(1, std::max(last, 2.0), k_left, k_right);
  const double margin = 0.05 * (range.high - range.low);
  const Scale y(range.low - margin, range.high + margin, k_bottom, k_top);
  draw_left_axis(page, y, number_ticks(y.low(), y.high(), 4), k_left, k_right);
  for (std::size_t i = 0; i < chart.curves.size() && i < k_strokes.size(); ++i) {
    page.leaf("path", {{"class", k_strokes[i]}, {"d", line(chart.curves[i].second, each, x, y)}});
  }
  draw_names(page, chart);
  draw_bottom_axis(page, x, epoch_ticks(std::max(last, 2.0)), k_bottom, chart.bottom_label);
  page.close();
}

}  // namespace ctgan::synth::report
