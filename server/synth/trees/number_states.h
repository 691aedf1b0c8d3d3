// The numbers of a column as states that a leaf can hold without holding anybody's number. A value that enough
// rows share is a state of its own and comes back as it is. The other values are cut, in their order, into
// groups of at least as many rows; a group's numbers come back spread evenly between its ends, which lie halfway
// to the neighbouring groups. The outermost ends are the column's k-th smallest and k-th greatest of these
// values, k being the rows that a value must be shared by, so that no extreme of fewer people comes out. A column
// that is a list (atoms.h) has its shared values only; others are taken for the nearest.
//
//     NumberStates states = NumberStates::fit(numbers, {.least_rows = 5, .step = 0.01});
//     std::uint16_t state = states.state(19.99);
//     double drawn = states.number(state, uniform);
//
// Immutable once made; safe to share between threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "server/synth/codecs/column_codec.h"

namespace ctgan::synth::trees {

// A state of a variable: of a number here, a code elsewhere.
using State = std::uint16_t;

// More states than this are never made; where a column would have more, values must be shared by more rows.
inline constexpr std::size_t k_most_states = 60'000;

struct NumberStateRules {
  std::uint64_t least_rows = 1;  // that share a value, or a group
  double step = 0;               // values are multiples of it, up to rounding; 0: of none that is known
};

class NumberStates {
 public:
  // REQUIRES: not empty, finite.
  static NumberStates fit(std::span<const double> numbers, const NumberStateRules& rules);
  // The record's "states" and "state_grid", which add_to() wrote. Throws Error(bad_data) naming `column` unless
  // there is a state and all are finite, ascending and no wider than up to the next.
  static NumberStates take(const std::string& column, const codecs::ColumnRecord& record);
  void add_to(codecs::ColumnRecord& record) const;

  std::size_t size() const { return ends_.size(); }
  // Of a value that the fit saw; of another one the nearest.
  State state(double number) const;
  // `uniform` in [0, 1) says where in a group. REQUIRES: state < size().
  double number(State state, double uniform) const;
  // Between which numbers it lies. REQUIRES: state < size().
  std::pair<double, double> ends(State state) const { return {ends_[state].low, ends_[state].high}; }
  // Whether the state is one value.
  bool is_value(State state) const { return ends_[state].low == ends_[state].high; }

 private:
  struct Ends {
    double low = 0;
    double high = 0;  // low: a value that is shared
    double middle() const { return low + (high - low) / 2; }
  };
  // `ends` ascend by their middles.
  NumberStates(std::vector<Ends> ends, double grid_origin, double grid_step);

  std::vector<Ends> ends_;
  std::vector<State> values_, groups_;  // of the states, apart
  double grid_origin_ = 0;
  double grid_step_ = 0;  // numbers of groups are so far apart, or multiples of it; 0: no grid
};

}  // namespace ctgan::synth::trees
