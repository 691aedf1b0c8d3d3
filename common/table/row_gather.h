// Chosen rows of several tables with the same columns, as one table.
#pragma once

#include <cstdint>
#include <span>

#include "common/table/table.h"

namespace ctgan::table {

struct RowPlace {
  std::uint32_t table = 0;
  std::uint32_t row = 0;
};

// The rows in the order of `rows`. Dictionaries hold what these rows use, in order of first appearance.
// REQUIRES: at least one table; names, types, order and missing texts of the columns are the same in all.
Table gather(std::span<const Table* const> tables, std::span<const RowPlace> rows);

}  // namespace ctgan::table
