// Rows as 64-bit keys: equal cells give equal keys, and other rows collide with a chance of about 5e-11 for
// two tables of 32,000 rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "server/synth/evaluate/columns.h"

namespace ctgan::synth::evaluate {

// One cell: 0.0 and -0.0 are one, and so are all missing cells.
std::uint64_t cell_key(const ComparedColumn& column, Side side, std::size_t row);
// `key` continued by one more cell.
std::uint64_t joined_key(std::uint64_t key, std::uint64_t cell);

// A key for each row of a table over the columns, which are places in `tables`.
std::vector<std::uint64_t> row_keys(const ComparedTables& tables, Side side,
                                    std::span<const std::size_t> columns);

// The first row with each key, ascending.
std::vector<std::uint32_t> distinct_rows(std::span<const std::uint64_t> keys);

}  // namespace ctgan::synth::evaluate
