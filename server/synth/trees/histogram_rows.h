// A part's best cut by histograms: what each bin of each predictor has of the target is added up, and cuts are weighed
// bin by bin. Of two children only the smaller one's rows are counted, and the larger one has what is left of the
// parent's histogram (Ke et al. 2017, "LightGBM", section 2). What serves many rows.
#pragma once

#include <memory>

#include "server/synth/trees/row_parts.h"

namespace ctgan::synth::trees {

// Parts with fewer rows than this are cheaper to sort; none has enough where it is the greatest number.
std::size_t least_histogram_rows(const TaskRows& task);

// All rows of the task, at their own places. `task` outlives them.
std::unique_ptr<RowParts> histogram_rows(const TaskRows& task);

}  // namespace ctgan::synth::trees
