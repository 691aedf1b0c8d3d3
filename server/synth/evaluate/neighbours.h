// Closest rows under a distance for mixed columns: the mean over the columns of
//
//   numeric      |difference| / scale, at most 1; scale is the distance of the original's 1 % and 99 %
//                quantiles, or its range where that is 0, or 1
//   categorical  0 when equal, else 1
//   missing      0 against missing, else 1
//
// Blocks of candidates have their columns side by side, so that one vector holds one column of several. They are
// looked at all, or, where that passes by most of them, by boxes (box_tree.h): what is found is the same. Sums run in
// the order of the columns: distances do not depend on threads or instructions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/evaluate/columns.h"

namespace ctgan::synth::evaluate {

// Rows as coordinates in which every column's distance is min(|a - b|, 1).
class Coordinates {
 public:
  static constexpr std::size_t k_block = 16;  // rows whose numbers stand side by side

  Coordinates(std::size_t rows, std::size_t columns);

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }
  std::size_t blocks() const { return columns_ == 0 ? 0 : numbers_.size() / (k_block * columns_); }
  float& at(std::size_t row, std::size_t column) {
    return numbers_[((row / k_block) * columns_ + column) * k_block + row % k_block];
  }
  float at(std::size_t row, std::size_t column) const {
    return numbers_[((row / k_block) * columns_ + column) * k_block + row % k_block];
  }
  // columns() x k_block numbers.
  const float* block(std::size_t number) const { return numbers_.data() + number * columns_ * k_block; }

 private:
  std::size_t rows_;
  std::size_t columns_;
  std::vector<float> numbers_;  // behind the last row: further from everything than any row
};

class MixedDistance {
 public:
  // Scales come from the original. `tables` must outlive it.
  explicit MixedDistance(const ComparedTables& tables);

  // `columns` are places in `tables`.
  Coordinates coordinates(Side side, std::span<const std::uint32_t> rows,
                          std::span<const std::size_t> columns) const;

 private:
  const ComparedTables& tables_;
  std::vector<double> origins_;
  std::vector<double> scales_;
};

// The closest candidates of each query, closest first, the lower row number first among equals.
struct Neighbours {
  std::size_t each = 0;             // neighbours of one query: min(wanted, candidates)
  std::vector<float> distances;     // queries x each, 0 to 1
  std::vector<std::uint32_t> rows;  // queries x each, rows of the candidates' Coordinates
};

// Queries in parallel. REQUIRES: equal numbers of columns, at least one; wanted > 0.
Neighbours closest(const Coordinates& queries, const Coordinates& candidates, std::size_t wanted,
                   threads::ThreadPool& pool);

// The closest candidate of each query, the lower row number first among equals, by all columns but one: for each of
// `left_out`, the queries' rows of the candidates' Coordinates. One search for all of them, as the distance to a row
// falls by no more than 1 / columns when a column is left out. REQUIRES: as closest(), at least two columns.
std::vector<std::vector<std::uint32_t>> closest_without(const Coordinates& queries,
                                                        const Coordinates& candidates,
                                                        std::span<const std::size_t> left_out,
                                                        threads::ThreadPool& pool);

// Which points lie within balls around centres, those on the surface too.
struct Reach {
  std::vector<std::uint32_t> of_centres;   // by centre: points in its ball
  std::vector<std::uint32_t> last_points;  // by centre: the last of them, if any
  std::vector<std::uint32_t> of_points;    // by point: balls that it is in
};

// `radii` are distances, one a centre. Centres in parallel. REQUIRES: equal numbers of columns, at least one.
Reach reach_of(const Coordinates& centres, std::span<const float> radii, const Coordinates& points,
               threads::ThreadPool& pool);

}  // namespace ctgan::synth::evaluate
