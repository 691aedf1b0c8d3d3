// What charts share: where a value stands, which values an axis names, and the frame of an SVG.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/synth/evaluate/evaluation.h"
#include "server/synth/report/markup.h"

namespace ctgan::synth::report {

// A straight line from values to places. low != high is made so.
class Scale {
 public:
  Scale(double low, double high, double from, double to);
  double operator()(double value) const;
  double low() const { return low_; }
  double high() const { return high_; }

 private:
  double low_, high_, from_, to_;
};

struct Tick {
  double value = 0;
  std::string label;
};

// About `wanted` round numbers within low to high, at least one when the range holds one.
std::vector<Tick> number_ticks(double low, double high, int wanted);
// Beginning, middle and end of a range of moments (seconds since 1970 UTC), as precise as the range asks for.
std::vector<Tick> moment_ticks(double low, double high);
// Shares, "0 %" first, up to at least `most`; the last one is the axis's end.
std::vector<Tick> share_ticks(double most);
// A value of an axis, for tables: "17.5", "2013-05-01 07:00".
std::string axis_value(double value, evaluate::Axis axis);

// A place in a drawing, one decimal: "12.5", "3".
std::string place(double number);

struct ChartFrame {
  std::string id;  // unique in the page
  std::string title;
  std::string description;  // what is seen, for who does not see it
  double width = 0;
  double height = 0;
};
// An open svg element with its title and description.
void open_chart(Markup& page, const ChartFrame& frame);
// Lines and labels of a horizontal axis at `bottom`, and of a vertical one at `left` with lines to `right`.
// The outer labels of the horizontal axis stay within left and right.
void draw_bottom_axis(Markup& page, const Scale& scale, const std::vector<Tick>& ticks, double bottom,
                      std::string_view label);
void draw_left_axis(Markup& page, const Scale& scale, const std::vector<Tick>& ticks, double left,
                    double right);
// A label at a place, its anchor "start", "middle" or "end".
void draw_text(Markup& page, double x, double y, std::string_view anchor, std::string_view text);

}  // namespace ctgan::synth::report
