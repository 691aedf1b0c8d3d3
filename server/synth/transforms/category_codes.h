// Discrete columns: cells to codes and back, spelling kept. A numeric column that is treated as discrete has
// its numbers' shortest texts as categories ("7", "0.5"), so that they read back to the same numbers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/table/table.h"
#include "server/synth/transforms/encoded_table.h"

namespace ctgan::synth::transforms {

struct CategoryCounts {
  std::vector<std::string> categories;  // in order of first appearance; none that no row has
  std::vector<std::uint64_t> counts;
};

CategoryCounts count_categories(const table::Column& column);

// Throws Error(bad_data) naming column and value when a cell holds none of `categories`.
EncodedDiscrete encode_categories(const table::Column& column, const std::vector<std::string>& categories);

// The cells of a column of type `dtype`. REQUIRES: codes below the number of categories; numeric categories
// read as numbers of that type (see check_categories).
using Cells = decltype(table::Column::cells);
Cells decode_categories(const EncodedDiscrete& encoded, const std::vector<std::string>& categories,
                        table::Dtype dtype);

// Throws Error(bad_data) naming the column unless there is a category, none twice, and all read as `dtype`.
void check_categories(const std::string& column, const std::vector<std::string>& categories,
                      table::Dtype dtype);

}  // namespace ctgan::synth::transforms
