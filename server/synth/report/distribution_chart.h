// A column's two distributions over one another: the original filled, the synthetic table as an outline or
// a thin bar, so that they are told apart without colours.
#pragma once

#include <string>
#include <vector>

#include "server/synth/evaluate/evaluation.h"
#include "server/synth/report/markup.h"

namespace ctgan::synth::report {

inline constexpr std::size_t k_most_bars = 9;  // categories beyond become one bar
inline constexpr double k_chart_width = 360;

// One line of a distribution: a bin or a category.
struct SharePair {
  std::string label;
  double original = 0;
  double synthetic = 0;
};
// As text, bin by bin or category by category; the last may stand for all others.
std::vector<SharePair> share_pairs(const evaluate::Distribution& distribution);

// `id` is unique in the page. Nothing to draw gives a sentence.
void draw_distribution(Markup& page, const evaluate::ColumnResult& column, const std::string& id);

}  // namespace ctgan::synth::report
