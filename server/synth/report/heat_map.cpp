#include "server/synth/report/heat_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "server/synth/report/axis.h"
#include "server/synth/report/text.h"

namespace ctgan::synth::report {
namespace {

constexpr double k_width = 380;
constexpr double k_labels = 92;
constexpr double k_square = k_width - k_labels - 4;
constexpr int k_levels = 10;
constexpr std::size_t k_label_characters = 12;

// The cells of one sign and strength are one path.
struct Cells {
  std::array<std::string, k_levels + 1> positive;
  std::array<std::string, k_levels + 1> negative;
  std::string dashes;
  std::string slashes;
  std::string diagonal;
};

std::string square(double x, double y, double side) {
  return fmt::format("M{} {}h{}v{}h-{}z", place(x), place(y), place(side), place(side), place(side));
}

void add_cell(Cells& cells, double value, double full, double x, double y, double side) {
  if (!std::isfinite(value)) {
    cells.slashes += fmt::format("M{} {}L{} {}", place(x + side * 0.25), place(y + side * 0.75),
                                 place(x + side * 0.75), place(y + side * 0.25));
    return;
  }
  const double share = std::min(std::abs(value) / full, 1.0);
  const auto level = static_cast<std::size_t>(std::lround(share * k_levels));
  if (level == 0) return;
  (value < 0 ? cells.negative : cells.positive)[level] += square(x, y, side);
  if (value < 0)
    cells.dashes += fmt::format("M{} {}h{}", place(x + side * 0.25), place(y + side / 2), place(side / 2));
}

Cells cells_of(const HeatMap& map, double side) {
  Cells cells;
  const std::size_t columns = map.names.size();
  for (std::size_t row = 0; row < columns; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      const double x = k_labels + side * static_cast<double>(column);
      const double y = k_labels + side * static_cast<double>(row);
      if (row == column) {
        cells.diagonal += square(x, y, side);
      } else {
        add_cell(cells, map.values[row * columns + column], map.full, x, y, side);
      }
    }
  }
  return cells;
}

void draw_level(Markup& page, std::string_view name, std::size_t level, const std::string& path) {
  if (path.empty()) return;
  page.leaf("path", {{"class", name},
                     {"fill-opacity", fmt::format("{:.1f}", static_cast<double>(level) / k_levels)},
                     {"d", path}});
}

void draw_cells(Markup& page, const Cells& cells) {
  for (std::size_t level = 1; level <= k_levels; ++level) {
    draw_level(page, "positive", level, cells.positive[level]);
    draw_level(page, "negative", level, cells.negative[level]);
  }
  page.leaf("path", {{"class", "diagonal"}, {"d", cells.diagonal}});
  if (!cells.dashes.empty()) page.leaf("path", {{"class", "mark"}, {"d", cells.dashes}});
  if (!cells.slashes.empty()) page.leaf("path", {{"class", "slash"}, {"d", cells.slashes}});
}

void draw_names(Markup& page, const std::vector<std::string>& names, double side) {
  const std::string size = fmt::format("font-size:{}px", place(std::clamp(side - 1.5, 9.0, 11.0)));
  page.open("g", {{"style", size}});
  for (std::size_t i = 0; i < names.size(); ++i) {
    const double middle = k_labels + side * (static_cast<double>(i) + 0.5) + 3.5;
    page.short_text("text", names[i], k_label_characters,
                    {{"x", place(k_labels - 5)}, {"y", place(middle)}, {"text-anchor", "end"}});
    page.short_text(
        "text", names[i], k_label_characters,
        {{"transform", fmt::format("translate({} {}) rotate(-90)", place(middle), place(k_labels - 5))}});
  }
  page.close();
}

void draw_key(Markup& page, double full, double top) {
  constexpr double k_step = k_square / (2 * k_levels + 1);
  Cells cells;
  for (int level = -k_levels; level <= k_levels; ++level) {
    add_cell(cells, full * level / k_levels, full, k_labels + k_step * (level + k_levels), top, k_step);
  }
  draw_cells(page, cells);
  page.leaf("path", {{"class", "axis"},
                     {"d", fmt::format("M{} {}h{}v{}h-{}z", place(k_labels), place(top), place(k_square),
                                       place(k_step), place(k_square))}});
  draw_text(page, k_labels, top + k_step + 13, "start", fmt::format("-{:.3g}", full));
  draw_text(page, k_labels + k_square / 2, top + k_step + 13, "middle", "0");
  draw_text(page, k_labels + k_square, top + k_step + 13, "end", fmt::format("+{:.3g}", full));
}

}  // namespace

void draw_heat_map(Markup& page, const HeatMap& map) {
  const double side = std::min(k_square / static_cast<double>(map.names.size()), 40.0);
  const double drawn = side * static_cast<double>(map.names.size());
  const double key = k_labels + drawn + 12;
  open_chart(page, {map.id, map.title, map.description, k_width, key + 32});
  draw_cells(page, cells_of(map, side));
  page.leaf("path", {{"class", "axis"}, {"d", square(k_labels, k_labels, drawn)}});
  draw_names(page, map.names, side);
  draw_key(page, map.full, key);
  page.close();
}

}  // namespace ctgan::synth::report
