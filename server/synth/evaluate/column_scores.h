// One column of two tables: how alike the distributions are. Names and definitions are those of SDMetrics
// (docs.sdv.dev/sdmetrics, "Metrics in Beta and Quality"), whose values they equal to 1e-6; std::nullopt
// stands where SDMetrics gives NaN or refuses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "server/synth/evaluate/columns.h"
#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

// The values that are not missing (NaN), ascending.
std::vector<double> sorted_present(std::span<const double> numbers);
// Rows with each of `categories` codes; missing cells are counted nowhere.
std::vector<double> counts_of(std::span<const std::uint32_t> codes, std::size_t categories);

// Values of a numeric column in both tables.
struct SortedColumn {
  std::vector<double> original;
  std::vector<double> synthetic;
  std::size_t original_missing = 0;
  std::size_t synthetic_missing = 0;
};
// 1 - the Kolmogorov-Smirnov statistic, the largest distance between the two cumulative distributions.
std::optional<double> ks_complement(const SortedColumn& column);
// 1 - the parts of the original's range, at both ends, that the synthetic values do not reach.
std::optional<double> range_coverage(const SortedColumn& column);
// Share of synthetic cells within the original's range. Missing ones are outside, unless the original has
// missing cells: then they do not count.
std::optional<double> boundary_adherence(const SortedColumn& column);

// Counts of a categorical column in both tables, code by code.
struct CountedColumn {
  std::vector<double> original;
  std::vector<double> synthetic;
  std::size_t original_missing = 0;
  std::size_t synthetic_missing = 0;
};
// 1 - half the sum of the differences of the shares.
std::optional<double> tv_complement(const CountedColumn& column);
// Share of the original's categories that the synthetic table has.
std::optional<double> category_coverage(const CountedColumn& column);
// Share of synthetic rows with a category of the original; missing is one when the original has it.
std::optional<double> category_adherence(const CountedColumn& column);

// All of them and the drawable distributions. REQUIRES: the column was not left out.
ColumnResult score_column(const ComparedColumn& column);

}  // namespace ctgan::synth::evaluate
