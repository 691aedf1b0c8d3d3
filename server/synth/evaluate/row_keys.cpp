#include "server/synth/evaluate/row_keys.h"

#include <bit>
#include <cmath>
#include <unordered_set>

namespace ctgan::synth::evaluate {
namespace {

// The finaliser of splitmix64 (Steele et al. 2014): every bit of the input moves every bit of the result.
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

}  // namespace

std::uint64_t cell_key(const ComparedColumn& column, Side side, std::size_t row) {
  const Cells& cells = column.of(side);
  if (column.shape == ColumnShape::categorical) return cells.codes[row];
  const double number = cells.numbers[row];
  if (std::isnan(number)) return k_missing_code;
  return std::bit_cast<std::uint64_t>(number + 0.0);
}

std::uint64_t joined_key(std::uint64_t key, std::uint64_t cell) {
  return mixed(key ^ mixed(cell));
}

std::vector<std::uint64_t> row_keys(const ComparedTables& tables, Side side,
                                    std::span<const std::size_t> columns) {
  std::vector<std::uint64_t> keys(tables.rows(side));
  for (const std::size_t place : columns) {
    for (std::size_t row = 0; row < keys.size(); ++row) {
      keys[row] = joined_key(keys[row], cell_key(tables.columns[place], side, row));
    }
  }
  return keys;
}

std::vector<std::uint32_t> distinct_rows(std::span<const std::uint64_t> keys) {
  std::unordered_set<std::uint64_t> seen;
  std::vector<std::uint32_t> rows;
  for (std::size_t row = 0; row < keys.size(); ++row) {
    if (seen.insert(keys[row]).second) rows.push_back(static_cast<std::uint32_t>(row));
  }
  return rows;
}

}  // namespace ctgan::synth::evaluate
