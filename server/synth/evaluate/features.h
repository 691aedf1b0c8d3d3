// Rows as the learner takes them: one float a column, NaN where missing. Categories are numbered by their
// frequency in the original, those beyond the k_most_categories - 1 most frequent share the last number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "server/synth/evaluate/columns.h"

namespace ctgan::synth::evaluate {

inline constexpr std::size_t k_most_categories = 255;

struct Features {
  std::size_t width = 0;
  std::vector<std::uint8_t> categorical;  // one a column, 1 for categories
  std::vector<float> cells;               // row by row

  std::size_t rows() const { return width == 0 ? 0 : cells.size() / width; }
};

class FeatureMaker {
 public:
  // `columns` are places in `tables`, which must outlive it.
  FeatureMaker(const ComparedTables& tables, std::vector<std::size_t> columns);

  Features none() const;
  void append(Side side, std::span<const std::uint32_t> rows, Features& features) const;

 private:
  const ComparedTables& tables_;
  std::vector<std::size_t> columns_;
  std::vector<std::vector<float>> numbers_;  // by column and code; empty for numeric ones
};

}  // namespace ctgan::synth::evaluate
