// Matched rows as small codes, for measures that count: categories as they are, numbers in bins whose edges come
// from the original alone, so that every table is cut alike.
//
//   equal_frequency  at the original's quantiles
//   equal_width      numpy.histogram's of the original's range, closed on the right as pandas.cut's; what lies
//                    outside of it is one more bin
//
// Numbers with no more different values in the original than there are bins are taken for categories, and all
// values that it lacks for one more. Missing is a category.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "server/synth/evaluate/columns.h"
#include "server/synth/evaluate/contingency.h"
#include "server/synth/evaluate/matched_rows.h"

namespace ctgan::synth::evaluate {

enum class Bins { equal_frequency, equal_width };

// The rows of all sides one after another, `each` of every side.
struct BinnedRows {
  std::size_t each = 0;
  std::vector<Side> sides;
  std::vector<std::size_t> places;   // of the columns, in the tables
  std::vector<CodedColumn> columns;  // those that were not left out

  std::size_t all() const { return each * sides.size(); }
};

// REQUIRES: bins > 0.
BinnedRows bin_rows(const ComparedTables& tables, const MatchedRows& matched, Bins rule, std::size_t bins);

// The cells of the table that several columns span, numbered; of which many are empty when they are few.
struct JointCells {
  std::vector<std::uint32_t> of_rows;  // the cell of each of the binned rows
  std::size_t cells = 0;
};

// REQUIRES: one to three columns, places in `binned.columns`.
JointCells join(const BinnedRows& binned, std::span<const std::size_t> columns);

}  // namespace ctgan::synth::evaluate
