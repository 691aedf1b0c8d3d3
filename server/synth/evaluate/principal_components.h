// Rows as points in few dimensions: their places along the directions in which a table varies most. Numbers
// are centred and scaled to variance 1, what lies farther out than the distance of the table's 1 % and 99 %
// quantiles behind them is put there; a category is 1 / sqrt(2) in a dimension of its own, so that two different
// ones are 1 apart. Missing numbers are in the centre, a missing category is one more category.
//
// Subspace iteration on the sparse rows (Golub, Van Loan: "Matrix Computations", 8.2.4): the directions span what
// they should, in no order. Without their covariance they are no axes, which densities of Gaussian kernels with the
// sample's covariance do not need.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/evaluate/columns.h"

namespace ctgan::synth::evaluate {

// Row by row.
struct Points {
  std::size_t width = 0;
  std::vector<double> cells;

  std::size_t rows() const { return width == 0 ? 0 : cells.size() / width; }
};

class PrincipalComponents {
 public:
  // Of the rows of one table; `tables` must outlive it. The result does not depend on the number of threads.
  // REQUIRES: rows.
  PrincipalComponents(const ComparedTables& tables, Side side, std::span<const std::uint32_t> rows,
                      std::size_t most, std::uint64_t seed, threads::ThreadPool& pool);

  // At most as many as asked for: fewer where the table varies in fewer directions, 0 where it does not.
  std::size_t width() const { return width_; }
  // Rows in parallel.
  Points points(Side side, std::span<const std::uint32_t> rows, threads::ThreadPool& pool) const;

 private:
  struct Encoding {
    std::size_t place = 0;       // of the column
    std::size_t first = 0;       // dimension
    std::size_t categories = 0;  // 0: a number
    double centre = 0, scale = 0, low = 0, high = 0;
  };

  // One cell's number in one dimension.
  struct Entry {
    std::size_t dimension = 0;
    double number = 0;
  };
  // By column, of chosen rows.
  using Entries = std::vector<std::vector<Entry>>;

  void describe(Side side);
  Entry entry(const Encoding& column, Side side, std::uint32_t row) const;
  Entries entries(Side side, std::span<const std::uint32_t> rows, threads::ThreadPool& pool) const;
  Points projected(const Entries& entries, std::size_t rows, threads::ThreadPool& pool) const;
  // Moves the points so that their mean is the origin, and keeps where that was.
  void centre(Points& points);
  void improve(const Entries& entries, const Points& from, threads::ThreadPool& pool);
  void orthonormalise();

  const ComparedTables& tables_;
  std::vector<Encoding> columns_;
  std::size_t dimensions_ = 0;
  std::size_t width_;
  std::vector<double> directions_;  // dimensions x width
  std::vector<double> centre_;      // of the projected rows
};

}  // namespace ctgan::synth::evaluate
