// Codes of one attribute for rows whose other codes are drawn already, so that pairs with these come out as the model
// expects them, and not only what one group of rows has of each code.
//
// Each group, the rows with the same codes of the parents, gets of each code as many as are expected, rounded down or up.
// Which of its rows get them, and which codes get what rounding leaves over, is drawn; codes of which rows like this one
// have had too few so far are likelier. Without that each group's rounding, and the order of its rows, would be noise
// of its own in every marginal that is larger than a group: an error diffusion, as printers have it for grey levels (Floyd
// and Steinberg 1976), in as many directions as attributes were drawn before.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "server/synth/codecs/codes.h"
#include "server/synth/graphical/row_sampler.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::graphical {

// Of a range of groups, one after the other. Not safe to share between threads.
class BalancedDraw {
 public:
  // Of more codes each row would take too long.
  static constexpr std::size_t k_most_codes = 256;
  // Codes that one step of a loop takes.
  static constexpr std::size_t k_lanes = 16;

  // `table`, `columns` and `sizes`, of all attributes, outlive it. `drawn`: attributes whose columns are filled, parents
  // among them. REQUIRES: table.size of k_most_codes at most.
  BalancedDraw(const ConditionalTable& table, std::span<const Attribute> drawn,
               std::span<const codecs::Codes> columns, std::span<const std::size_t> sizes);

  // Fills the group's rows of the table's column, the first ones by what is wanted most: in an order that says nothing.
  void fill(std::size_t parent_cell, std::span<const std::uint32_t> rows, random::Stream& random,
            codecs::Codes& column);

 private:
  // Of rows with each code of one attribute, and of all rows where there is none: how many rows each code has too few.
  struct Shortfall {
    const codecs::Codes* column;
    std::vector<float> rows;
  };

  void add_shortfall(const codecs::Codes* column, std::size_t size);
  float* shortfall_of(Shortfall& shortfall, std::uint32_t row) const;
  void begin_group(std::size_t parent_cell, std::span<const std::uint32_t> rows);
  void end_group(std::uint32_t any_row, std::size_t rows);
  std::size_t draw_code(std::size_t rows_left, random::Stream& random);
  std::size_t pick(float at) const;
  std::size_t most_expected() const;
  void take(std::size_t code, random::Stream& random);
  void want_whole_rows_only();

  const ConditionalTable& table_;
  std::size_t most_balanced_;
  std::size_t padded_;  // of codes, a multiple of k_lanes
  std::vector<Shortfall> shortfalls_;
  // Those of the row that is looked at which the group's rows do not share, and the sum of those that they do.
  std::vector<float*> own_;
  std::vector<float> shared_;
  std::size_t shared_count_ = 0;
  // Of each code: what one row of the group has of it; the rows that it is still to get, and a part of a further one;
  // what may be drawn of it now; how many rows of the group got it.
  std::vector<float> expected_;
  std::vector<std::uint32_t> whole_;
  std::vector<float> part_, left_, drawn_;
  std::size_t whole_rows_ = 0;
  bool only_whole_ = false;
  std::vector<float> weights_;
  std::array<float, k_lanes> lane_sums_ = {};  // of the weights of every k_lanes-th code
};

}  // namespace ctgan::synth::graphical
