#include "server/synth/report/axis.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>

#include "server/synth/report/text.h"

namespace ctgan::synth::report {
namespace {

constexpr double k_day = 86'400;
constexpr double k_year = 365.25 * k_day;

// 1, 2 or 5 times a power of ten.
double round_step(double rough) {
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  const double ratio = rough / power;
  if (ratio <= 1) return power;
  if (ratio <= 2) return 2 * power;
  return ratio <= 5 ? 5 * power : 10 * power;
}

// The decimals that tell values apart which are `step` away from each other.
int decimals_of(double step) {
  return std::clamp(static_cast<int>(-std::floor(std::log10(step) + 1e-9)), 0, 6);
}

// As many digits as tell a value from the one that is `step` away.
std::string in_powers(double value, double step) {
  const double digits = std::floor(std::log10(std::abs(value))) - std::floor(std::log10(step) + 1e-9) + 1;
  return fmt::format("{:.{}g}", value, static_cast<int>(std::clamp(digits, 3.0, 15.0)));
}

std::string tick_label(double value, double step) {
  const double size = std::abs(value);
  if (size < step / 2) return "0";
  if (size >= 1e12 || size < 1e-4) return in_powers(value, step);
  constexpr std::pair<double, char> k_units[] = {{1e9, 'G'}, {1e6, 'M'}, {1e3, 'k'}};
  for (const auto& [unit, name] : k_units) {
    // Steps that would take a second decimal are shorter with the next unit, or written out.
    if (size >= std::max(unit, 1e4) && step >= unit / 10)
      return fmt::format("{:.{}f}{}", value / unit, decimals_of(step / unit), name);
  }
  return fmt::format("{:.{}f}", value, decimals_of(step));
}

std::string moment_label(double seconds, double range, bool only_time) {
  constexpr double k_first = -62'135'596'800.0;  // 0001-01-01
  constexpr double k_last = 253'402'300'799.0;   // 9999-12-31
  if (!(seconds >= k_first && seconds <= k_last)) return fmt::format("{:.3g}", seconds);
  const auto moment = static_cast<std::time_t>(std::floor(seconds));
  std::tm parts{};
  gmtime_r(&moment, &parts);
  if (only_time) return fmt::format("{:02}:{:02}", parts.tm_hour, parts.tm_min);
  const int year = parts.tm_year + 1900;
  if (range > 8 * k_year) return fmt::format("{}", year);
  std::string date = fmt::format("{}-{:02}-{:02}", year, parts.tm_mon + 1, parts.tm_mday);
  if (range > 4 * k_day) return date;
  return fmt::format("{} {:02}:{:02}", date, parts.tm_hour, parts.tm_min);
}

std::string_view anchor_of(std::size_t tick, std::size_t ticks) {
  if (ticks < 2) return "middle";
  if (tick == 0) return "start";
  return tick + 1 == ticks ? "end" : "middle";
}

}  // namespace

Scale::Scale(double low, double high, double from, double to) : low_(low), high_(high), from_(from), to_(to) {
  if (low_ < high_) return;
  const double around = std::max(0.5, std::abs(low_) * 1e-3);
  low_ -= around;
  high_ = low_ + 2 * around;
}

double Scale::operator()(double value) const {
  // Halves first: the range of two finite numbers may overflow.
  const double share = (value / 2 - low_ / 2) / (high_ / 2 - low_ / 2);
  return from_ + std::clamp(share, 0.0, 1.0) * (to_ - from_);
}

std::vector<Tick> number_ticks(double low, double high, int wanted) {
  if (!(low < high)) return {{low, axis_value(low, evaluate::Axis::number)}};
  const double range = high - low;
  if (!std::isfinite(range)) return {{low, fmt::format("{:.3g}", low)}, {high, fmt::format("{:.3g}", high)}};
  const double step = round_step(range / wanted);
  std::vector<Tick> ticks;
  for (double n = std::ceil(low / step - 1e-9); n * step <= high + 1e-9 * range; ++n) {
    ticks.push_back({n * step, tick_label(n * step, step)});
    if (ticks.size() > 50) break;  // a range so far from zero that n + 1 == n
  }
  return ticks;
}

std::vector<Tick> moment_ticks(double low, double high) {
  const double range = high - low;
  const bool only_time = low >= 0 && high <= k_day;
  if (!(range > 0)) return {{low, moment_label(low, range, only_time)}};
  std::vector<Tick> ticks;
  for (const double value : {low, low + range / 2, high}) {
    ticks.push_back({value, moment_label(value, range, only_time)});
  }
  return ticks;
}

std::vector<Tick> share_ticks(double most) {
  const double top = std::isfinite(most) && most > 0 ? std::min(most, 1.0) : 1.0;
  const double step = round_step(top / 3);
  std::vector<Tick> ticks;
  for (int n = 0; n == 0 || (n - 1) * step < top - 1e-9; ++n) {
    ticks.push_back({n * step, fmt::format("{:.3g} %", 100 * n * step)});
  }
  return ticks;
}

std::string axis_value(double value, evaluate::Axis axis) {
  if (!std::isfinite(value)) return "n/a";
  if (axis == evaluate::Axis::moment) return moment_label(value, 0, value >= 0 && value <= k_day);
  return std::abs(value) < 1e15 && std::abs(value) >= 1e6 ? fmt::format("{:.0f}", value)
                                                          : fmt::format("{:.6g}", value);
}

std::string place(double number) {
  std::string text = fmt::format("{:.1f}", number);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

void open_chart(Markup& page, const ChartFrame& frame) {
  const std::string title = frame.id + "t";
  const std::string description = frame.id + "d";
  page.open("svg", {{"class", "chart"},
                    {"role", "img"},
                    {"viewBox", fmt::format("0 0 {} {}", place(frame.width), place(frame.height))},
                    {"aria-labelledby", title + " " + description}});
  page.element("title", {{"id", title}}, frame.title);
  page.element("desc", {{"id", description}}, frame.description);
}

void draw_text(Markup& page, double x, double y, std::string_view anchor, std::string_view text) {
  page.element("text", {{"x", place(x)}, {"y", place(y)}, {"text-anchor", anchor}}, text);
}

void draw_bottom_axis(Markup& page, const Scale& scale, const std::vector<Tick>& ticks, double bottom,
                      std::string_view label) {
  const double left = scale(scale.low());
  const double right = scale(scale.high());
  std::string lines = fmt::format("M{} {}H{}", place(left), place(bottom), place(right));
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const double x = scale(ticks[i].value);
    lines += fmt::format("M{} {}v4", place(x), place(bottom));
    const bool near_end = x < left + 14 || x > right - 14;
    draw_text(page, x, bottom + 16, near_end ? anchor_of(i, ticks.size()) : "middle", ticks[i].label);
  }
  page.leaf("path", {{"class", "axis"}, {"d", lines}});
  if (!label.empty()) draw_text(page, (left + right) / 2, bottom + 32, "middle", label);
}

void draw_left_axis(Markup& page, const Scale& scale, const std::vector<Tick>& ticks, double left,
                    double right) {
  std::string lines;
  for (const Tick& tick : ticks) {
    const double y = scale(tick.value);
    lines += fmt::format("M{} {}H{}", place(left), place(y), place(right));
    draw_text(page, left - 5, y + 4, "end", tick.label);
  }
  page.leaf("path", {{"class", "grid"}, {"d", lines}});
}

}  // namespace ctgan::synth::report
