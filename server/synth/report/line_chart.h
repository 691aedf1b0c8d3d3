// Curves over epochs, told apart by their dashes and named at the chart's head.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "server/synth/report/markup.h"

namespace ctgan::synth::report {

inline constexpr std::size_t k_most_points = 300;  // of a curve; of longer ones each point is a mean

struct LineChart {
  std::string id;  // unique in the page
  std::string title;
  std::string bottom_label;
  std::vector<std::pair<std::string, std::vector<double>>> curves;  // names, values for 1, 2, 3, ...
};

// How many neighbouring values one point stands for; 0 when there is nothing to draw: no finite value.
std::size_t values_a_point(const LineChart& chart);
// REQUIRES: values_a_point(chart) > 0.
void draw_lines(Markup& page, const LineChart& chart);

}  // namespace ctgan::synth::report
