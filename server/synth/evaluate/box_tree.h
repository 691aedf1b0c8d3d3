// Rows of Coordinates in boxes within boxes, so that a search passes by those that are too far away: a tree of sixteen
// children each over blocks of sixteen rows, packed by cutting at medians (as a k-d tree: Friedman, Bentley, Finkel,
// ACM TOMS 3, 1977).
//
// The distance to a box is summed over the columns in the order in which that to a row is. Rounded subtraction and
// addition are monotone, so it is never greater than the sum to a row within, to the last bit: what is passed by is
// exactly what cannot count, and a search finds what a look at every row finds.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "server/synth/evaluate/neighbours.h"

namespace ctgan::synth::evaluate {

// Any number of threads may search it.
class BoxTree {
 public:
  // Children of a box, rows of the lowest: as many as stand side by side in Coordinates.
  static constexpr std::size_t k_children = Coordinates::k_block;

  explicit BoxTree(const Coordinates& rows);

  // Shows what may be near to the query, of which `query` has a number a column: blocks of rows in some order, nearest
  // boxes first, each at most once. Seeks has
  //
  //   bool is_too_far(float sum, std::uint32_t first_row)   of rows at `sum` or farther, none before first_row
  //   void offer(const float* sums, std::span<const std::uint32_t> rows)   sums of min(|a - b|, 1) over the columns
  //
  // and what is too far once must stay so.
  template <typename Seeks>
  void search(const float* query, Seeks& seeks) const {
    visit(levels_.size(), 0, query, seeks);
  }

 private:
  using Sums = std::array<float, k_children>;
  using Sum = void (*)(const float* query, const float* cells, std::size_t columns, float* sums);

  // Boxes around k_children boxes or rows each.
  struct Level {
    std::vector<std::uint32_t> first_rows;  // the least row number in each
    std::size_t columns = 0;
    // Of each k_children boxes: by column as many least and then greatest numbers.
    std::vector<float> ends;

    std::size_t place(std::size_t box, std::size_t column) const {
      return ((box / k_children) * columns + column) * 2 * k_children + box % k_children;
    }
    float least(std::size_t box, std::size_t column) const { return ends[place(box, column)]; }
    float greatest(std::size_t box, std::size_t column) const {
      return ends[place(box, column) + k_children];
    }
  };

  void order(std::size_t first, std::size_t last, std::size_t unit, const Coordinates& rows);
  void enclose();
  Level around(std::size_t children) const;
  Sums row_sums(const float* query, std::size_t block) const;
  Sums box_sums(const float* query, const Level& level, std::size_t group) const;

  // A group is k_children rows of level 0, or as many boxes of level - 1.
  template <typename Seeks>
  void visit(std::size_t level, std::size_t group, const float* query, Seeks& seeks) const {
    const std::size_t first = group * k_children;
    if (level == 0) {
      const Sums sums = row_sums(query, group);
      const std::span<const std::uint32_t> all(numbers_);
      seeks.offer(sums.data(), all.subspan(first, std::min(k_children, all.size() - first)));
      return;
    }
    const Level& boxes = levels_[level - 1];
    const Sums sums = box_sums(query, boxes, group);
    std::array<std::uint8_t, k_children> nearest;
    std::size_t count = 0;
    const std::size_t children = std::min(k_children, boxes.first_rows.size() - first);
    for (std::size_t child = 0; child < children; ++child) {
      if (seeks.is_too_far(sums[child], boxes.first_rows[first + child])) continue;
      std::size_t place = count++;
      for (; place > 0 && sums[nearest[place - 1]] > sums[child]; --place)
        nearest[place] = nearest[place - 1];
      nearest[place] = static_cast<std::uint8_t>(child);
    }
    for (std::size_t place = 0; place < count; ++place) {
      const std::size_t child = nearest[place];
      if (!seeks.is_too_far(sums[child], boxes.first_rows[first + child]))
        visit(level - 1, first + child, query, seeks);
    }
  }

  Coordinates ordered_;
  std::vector<std::uint32_t> numbers_;  // of the rows, in the order of ordered_
  std::vector<Level> levels_;           // the lowest first; the last one has one group
  Sum sum_to_rows_;
  Sum sum_to_boxes_;
};

}  // namespace ctgan::synth::evaluate
