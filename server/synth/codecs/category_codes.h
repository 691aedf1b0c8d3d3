// Cells as codes of categories and back, spelling kept. A numeric column that is treated as categorical has
// its numbers' shortest texts as categories ("7", "0.5"), so that they read back to the same numbers, and
// beside them the texts that stand for its missing values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/table/metadata.h"
#include "common/table/table.h"
#include "server/synth/codecs/codes.h"

namespace ctgan::synth::codecs {

struct CategoryCounts {
  std::vector<std::string> categories;  // in order of first appearance; none that no row has
  std::vector<std::uint64_t> counts;
};

CategoryCounts count_categories(const table::Column& column);

// Positions in `categories`; cells with other texts get the last of `codes` codes if there are more codes
// than categories. Throws Error(bad_data) naming column and value where there are not.
Codes encode_categories(const table::Column& column, const std::vector<std::string>& categories,
                        std::size_t codes);

// The column with these cells. REQUIRES: codes below the number of categories, which suit check_categories.
table::Column decode_categories(std::vector<std::uint32_t> codes, std::vector<std::string> categories,
                                const table::ColumnMetadata& metadata);

// Throws Error(bad_data) naming the column unless there is a category, none twice, and in a numeric column
// all read as a number of its type or, where it has missing values, as no number at all.
void check_categories(const table::ColumnMetadata& metadata, const std::vector<std::string>& categories);

}  // namespace ctgan::synth::codecs
