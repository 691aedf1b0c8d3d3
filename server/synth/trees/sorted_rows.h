// A part's best cut by lists: each predictor's rows are sorted by bin once, and a cut divides every list in place, its
// order kept, so that a node costs a pass over its rows for each predictor and no sorting. What serves few rows, or
// many classes.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "server/synth/trees/row_parts.h"

namespace ctgan::synth::trees {

class SortedRows : public RowParts {
 public:
  // Parts of these rows, at places from 0, take the place of those before.
  virtual void take(std::vector<std::uint32_t> rows) = 0;
};

// `task` outlives them.
std::unique_ptr<SortedRows> sorted_rows(const TaskRows& task);

}  // namespace ctgan::synth::trees
