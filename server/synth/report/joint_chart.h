// Two columns at once as a square of cells: the darker, the more rows. Strength is lightness alone, so that it survives
// grey print.
#pragma once

#include <string>
#include <vector>

#include "server/synth/evaluate/joint_distribution.h"
#include "server/synth/report/markup.h"

namespace ctgan::synth::report {

// One column of a chart.
struct JointSide {
  std::string name;
  evaluate::JointAxis axis;
  evaluate::Axis values = evaluate::Axis::number;  // of a numeric axis
};

struct JointChart {
  std::string id;  // unique in the page
  std::string title;
  std::string description;
  JointSide across, up;
  std::vector<double> shares;  // as in evaluate::JointDistribution
  double full = 1;             // the share that has the full colour
};

// REQUIRES: as many shares as the axes have cells.
void draw_joint(Markup& page, const JointChart& chart);

}  // namespace ctgan::synth::report
