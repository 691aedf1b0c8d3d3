// A square of coloured cells, one a pair of columns. Strength is lightness, so that it survives grey print;
// negative cells carry a dash as well as another colour; undefined ones a slash.
#pragma once

#include <string>
#include <vector>

#include "server/synth/report/markup.h"

namespace ctgan::synth::report {

inline constexpr std::size_t k_most_heat_columns = 24;

struct HeatMap {
  std::string id;  // unique in the page
  std::string title;
  std::string description;
  std::vector<std::string> names;
  // names.size() squared, row by row; NaN: undefined. The diagonal is not looked at.
  std::vector<double> values;
  double full = 1;  // the size that has the full colour
};

// REQUIRES: two names or more.
void draw_heat_map(Markup& page, const HeatMap& map);

}  // namespace ctgan::synth::report
