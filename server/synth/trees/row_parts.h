// The rows of a tree that grows, divided into the parts that its nodes have: what the two ways of finding a part's
// best cut have in common. Sums are of integers, so that both find the same cut, in any order of summation.
//
// A part is a stretch of places. Neither class is safe to share between threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "server/synth/trees/tree_growing.h"

namespace ctgan::synth::trees {

// Rows with bin `greatest_left` of a predictor, or a lower one, go left.
struct Cut {
  std::size_t predictor = 0;
  Bin greatest_left = 0;
  std::size_t left_rows = 0;  // 0: there is no cut that makes the rows purer
  double merit = 0;           // higher is purer; rows of no cut have merit_of_all() of their impurity
};

// Of a cut, as far as rounding lets it be told from none.
inline constexpr double k_least_gain = 1e-9;

struct NodeRows {
  std::size_t begin = 0;
  std::size_t end = 0;

  std::size_t rows() const { return end - begin; }
};

// What is read of a task's rows again and again, by row.
struct TaskRows {
  const TreeTask* task = nullptr;
  std::vector<std::vector<Bin>> bins;  // of each predictor
  std::vector<std::uint16_t> targets;  // ranks or classes; a class of two is a number of 0 or 1
  bool are_numbers = false;
};

class RowParts {
 public:
  RowParts() = default;
  RowParts(const RowParts&) = delete;
  RowParts& operator=(const RowParts&) = delete;
  virtual ~RowParts() = default;

  // REQUIRES: at least 2 * min_leaf rows, and a predictor.
  virtual Cut best_cut(NodeRows part) = 0;
  // Moves rows that go left before those that go right. REQUIRES: best_cut() of this part.
  virtual void divide(NodeRows part, const Cut& cut) = 0;
  // In no particular order.
  virtual void append_rows(NodeRows part, std::vector<std::uint32_t>& rows) = 0;
};

}  // namespace ctgan::synth::trees
