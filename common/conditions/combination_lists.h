// Which columns' combinations a model is to keep ("city,country"), checked against the table's metadata.
#pragma once

#include <string>
#include <vector>

#include "common/table/metadata.h"

namespace ctgan::conditions {

// For each list the positions of its columns. Throws Error(usage) as parse_column_list does, and for a column
// that is neither categorical, boolean nor constant: only their texts come out of a model as they were.
std::vector<std::vector<std::size_t>> combination_columns(const std::vector<std::string>& lists,
                                                          const table::Metadata& metadata);

}  // namespace ctgan::conditions
