// How the cells of a smaller set of attributes lie in those of a larger one, and the loops over both that belief
// propagation is made of. Made once, walked often: no loop computes an index of a cell, divides or allocates.
//
// Every loop has one order of summation, whatever vectors the processor has: the same bits on every machine.
// Immutable; safe to share between threads. Arrays may not overlap.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "server/synth/marginals/attribute_set.h"
#include "server/synth/marginals/domain.h"

namespace ctgan::synth::marginals {

class Embedding {
 public:
  // REQUIRES: `large` contains `small`.
  Embedding(const Domain& domain, const AttributeSet& large, const AttributeSet& small);

  std::size_t large_cells() const { return large_cells_; }
  std::size_t small_cells() const { return small_cells_; }

  // `large` and `small` have large_cells() and small_cells() numbers. Of each cell of the small set and all cells
  // of the large one that it is part of:
  void project_sum(const double* large, double* small) const;         // small = sum of large
  void project_maximum(const double* large, double* small) const;     // small = maximum of large
  void broadcast_add(const double* small, double* large) const;       // large += small
  void broadcast_subtract(const double* small, double* large) const;  // large -= small
  void broadcast_multiply(const double* small, double* large) const;  // large *= small
  void broadcast_add_scaled(const double* small, double factor,
                            double* large) const;  // large += factor small

 private:
  // Cells in a row of one kind: `length` codes, each of which is `stride` cells further in the small array; 0: it is
  // the same cell for all.
  struct Axis {
    std::size_t length;
    std::size_t stride;
  };

  template <typename Block>
  void walk(const Block& block) const;

  // The outer axes, and a block of rows times columns that lies in one piece in the large array. In the small one
  // either each row is one cell, or all rows share as many cells as there are columns.
  std::vector<Axis> outer_;
  std::size_t rows_ = 1;
  std::size_t columns_ = 1;
  bool row_is_cell_ = false;
  std::size_t large_cells_;
  std::size_t small_cells_;
};

// e^x of each; 0 for -infinity and wherever it would be below e^-700. REQUIRES: none above 700.
void exponentiate(std::span<double> numbers);
// The sum, of eight partial sums.
double sum_of(std::span<const double> numbers);

}  // namespace ctgan::synth::marginals
