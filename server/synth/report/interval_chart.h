// Estimates with their 95 % intervals, one a line, against the limits of good and bad.
#pragma once

#include <string>
#include <vector>

#include "server/synth/evaluate/evaluation.h"
#include "server/synth/evaluate/judgement.h"
#include "server/synth/report/markup.h"

namespace ctgan::synth::report {

struct IntervalLine {
  std::string name;
  evaluate::Estimate estimate;
};

struct IntervalChart {
  std::string id;  // unique in the page
  std::string title;
  std::string bottom_label;
  std::vector<IntervalLine> lines;
  evaluate::Limits limits;
  double low = 0;  // the axis holds these at least
  double high = 0;
};

// Lines whose estimate is no number are left empty. REQUIRES: a line.
void draw_intervals(Markup& page, const IntervalChart& chart);

}  // namespace ctgan::synth::report
