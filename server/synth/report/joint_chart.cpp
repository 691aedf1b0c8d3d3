#include "server/synth/report/joint_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "server/synth/report/axis.h"
#include "server/synth/report/text.h"

namespace ctgan::synth::report {
namespace {

constexpr double k_width = 300;
constexpr double k_left = 92;
constexpr double k_side = k_width - k_left - 6;
constexpr double k_top = 6;
constexpr int k_levels = 10;
constexpr std::size_t k_label_characters = 13;

// The least category stands on top, the least number at the bottom.
double top_of(const evaluate::JointAxis& axis, std::size_t place_up, double height) {
  const std::size_t from_top = axis.labels.empty() ? axis.places() - 1 - place_up : place_up;
  return k_top + height * static_cast<double>(from_top);
}

// Cells of one level are one path. A share's square root is what is shown: few rows are seen beside many.
std::array<std::string, k_levels + 1> paths_of(const JointChart& chart) {
  std::array<std::string, k_levels + 1> paths;
  const std::size_t across = chart.across.axis.places(), up = chart.up.axis.places();
  const double width = k_side / static_cast<double>(across), height = k_side / static_cast<double>(up);
  for (std::size_t j = 0; j < up; ++j)
    for (std::size_t i = 0; i < across; ++i) {
      const double share = chart.shares[j * across + i];
      if (!(share > 0) || !(chart.full > 0)) continue;
      const double strength = std::sqrt(std::min(share / chart.full, 1.0));
      const auto level = static_cast<std::size_t>(std::max(std::lround(strength * k_levels), 1L));
      paths[level] +=
          fmt::format("M{} {}h{}v{}h-{}z", place(k_left + width * static_cast<double>(i)),
                      place(top_of(chart.up.axis, j, height)), place(width), place(height), place(width));
    }
  return paths;
}

void draw_up_labels(Markup& page, const JointSide& side) {
  const double height = k_side / static_cast<double>(side.axis.places());
  for (std::size_t j = 0; j < side.axis.labels.size(); ++j)
    page.short_text("text", side.axis.labels[j], k_label_characters,
                    {{"x", place(k_left - 5)},
                     {"y", place(top_of(side.axis, j, height) + height / 2 + 4)},
                     {"text-anchor", "end"}});
  if (!side.axis.labels.empty()) return;
  draw_text(page, k_left - 5, k_top + 10, "end", axis_value(side.axis.edges.back(), side.values));
  draw_text(page, k_left - 5, k_top + k_side, "end", axis_value(side.axis.edges.front(), side.values));
}

void draw_across_labels(Markup& page, const JointSide& side) {
  const double bottom = k_top + k_side;
  if (side.axis.labels.empty()) {
    draw_text(page, k_left, bottom + 14, "start", axis_value(side.axis.edges.front(), side.values));
    draw_text(page, k_left + k_side, bottom + 14, "end", axis_value(side.axis.edges.back(), side.values));
    return;
  }
  const double width = k_side / static_cast<double>(side.axis.labels.size());
  for (std::size_t i = 0; i < side.axis.labels.size(); ++i)
    page.short_text("text", side.axis.labels[i], k_label_characters,
                    {{"transform", fmt::format("translate({} {}) rotate(-90)",
                                               place(k_left + width * (static_cast<double>(i) + 0.5) + 4),
                                               place(bottom + 5))},
                     {"text-anchor", "end"}});
}

// For the labels across, which are turned where they are words.
double room_below(const JointSide& across) {
  return across.axis.labels.empty() ? 18 : 86;
}

}  // namespace

void draw_joint(Markup& page, const JointChart& chart) {
  const double bottom = k_top + k_side;
  open_chart(page,
             {chart.id, chart.title, chart.description, k_width, bottom + room_below(chart.across) + 4});
  const auto paths = paths_of(chart);
  for (std::size_t level = 1; level < paths.size(); ++level)
    if (!paths[level].empty())
      page.leaf("path", {{"class", "positive"},
                         {"fill-opacity", fmt::format("{:.1f}", static_cast<double>(level) / k_levels)},
                         {"d", paths[level]}});
  page.leaf("path", {{"class", "axis"},
                     {"d", fmt::format("M{} {}h{}v{}h-{}z", place(k_left), place(k_top), place(k_side),
                                       place(k_side), place(k_side))}});
  draw_up_labels(page, chart.up);
  draw_across_labels(page, chart.across);
  page.close();
}

}  // namespace ctgan::synth::report
