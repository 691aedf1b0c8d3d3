#include "server/synth/evaluate/missing_patterns.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <unordered_map>

namespace ctgan::synth::evaluate {
namespace {

// A number for each column whose sums are different for different sets, but for a chance of 2^-64 a pair of sets
// (splitmix64's finalizer, Steele et al. 2014).
std::uint64_t mark_of(std::size_t column) {
  std::uint64_t x = (static_cast<std::uint64_t>(column) + 1) * 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

template <typename Take>
void for_each_missing(const ComparedColumn& column, Side side, const Take& take) {
  const Cells& cells = column.of(side);
  for (std::size_t row = 0; row < cells.numbers.size(); ++row)
    if (std::isnan(cells.numbers[row])) take(row);
  for (std::size_t row = 0; row < cells.codes.size(); ++row)
    if (cells.codes[row] == k_missing_code) take(row);
}

// Of each row the sum of the marks of its missing cells' columns.
std::vector<std::uint64_t> sets_of(const ComparedTables& tables, Side side) {
  std::vector<std::uint64_t> sets(tables.rows(side));
  for (std::size_t column = 0; column < tables.columns.size(); ++column)
    for_each_missing(tables.columns[column], side,
                     [&, mark = mark_of(column)](std::size_t row) { sets[row] += mark; });
  return sets;
}

struct Counted {
  std::size_t original = 0, synthetic = 0;
  std::size_t row = 0;  // of the original that is so
};

std::vector<std::size_t> missing_in(const ComparedTables& tables, std::size_t row) {
  std::vector<std::size_t> columns;
  for (std::size_t column = 0; column < tables.columns.size(); ++column) {
    const Cells& cells = tables.columns[column].of(Side::original);
    const bool is_missing = cells.numbers.empty() ? !cells.codes.empty() && cells.codes[row] == k_missing_code
                                                  : std::isnan(cells.numbers[row]);
    if (is_missing) columns.push_back(column);
  }
  return columns;
}

}  // namespace

std::vector<MissingPattern> missing_patterns(const ComparedTables& tables) {
  std::unordered_map<std::uint64_t, Counted> counted;
  const std::vector<std::uint64_t> original = sets_of(tables, Side::original);
  for (std::size_t row = 0; row < original.size(); ++row) {
    Counted& set = counted[original[row]];
    if (set.original++ == 0) set.row = row;
  }
  for (const std::uint64_t set : sets_of(tables, Side::synthetic)) ++counted[set].synthetic;
  if (counted.size() == 1 && counted.begin()->first == 0) return {};

  std::vector<Counted> listed;
  for (const auto& [set, count] : counted)
    if (count.original >= k_least_pattern_rows) listed.push_back(count);
  std::sort(listed.begin(), listed.end(), [](const Counted& a, const Counted& b) {
    return a.original != b.original ? a.original > b.original : a.row < b.row;
  });
  if (listed.size() > k_most_patterns) listed.resize(k_most_patterns);
  std::vector<MissingPattern> patterns;
  for (const Counted& count : listed)
    patterns.push_back(
        {missing_in(tables, count.row),
         static_cast<double>(count.original) / static_cast<double>(original.size()),
         static_cast<double>(count.synthetic) / static_cast<double>(tables.rows(Side::synthetic))});
  return patterns;
}

}  // namespace ctgan::synth::evaluate
