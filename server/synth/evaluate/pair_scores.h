// Two columns of two tables: how alike their dependence is. SDMetrics' CorrelationSimilarity and
// ContingencySimilarity, and its QualityReport's rules for them, whose values these equal to 1e-6:
//
//   two numeric columns   1 - |difference of Pearson's correlations| / 2, over rows where neither is missing
//   others                1 - half the sum of the differences of the shares of each pair of categories;
//                         missing is a category. A numeric column is cut into ten bins of equal width, in
//                         each table by its own range; its greatest value and missing cells share an eleventh
//   counted               |correlation| in the original above 0.5, Cramer's V there above 0.3
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/evaluate/columns.h"
#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

inline constexpr double k_least_correlation = 0.5;
inline constexpr double k_least_association = 0.3;

// Pearson's correlation over the rows where neither is NaN; std::nullopt when a column holds fewer than two
// different values. REQUIRES: equal lengths.
std::optional<double> correlation(std::span<const double> first, std::span<const double> second);

// Every pair of the columns that were not left out, by first, then second. Pairs in parallel; the result does
// not depend on the number of threads. Memory: one code a row and column.
std::vector<PairResult> score_pairs(const ComparedTables& tables, threads::ThreadPool& pool);

// A table of 1,846 columns has 1.7 million pairs: listed are the strongest, the others are summed up.
inline constexpr std::size_t k_most_listed_pairs = 2'000;
struct ListedPairs {
  std::vector<const PairResult*> strongest;  // in the order of `pairs`, into which they point
  std::size_t others = 0;
  std::optional<double> others_mean;         // of their scores
  const PairResult* others_worst = nullptr;  // null when none has a score
};
// The strongest by what either table says, so that a relation that came from nowhere is listed as well.
ListedPairs listed_pairs(const std::vector<PairResult>& pairs);

// REQUIRES: what score_column and score_pairs gave.
QualityScore quality_score(const std::vector<ColumnResult>& columns, const std::vector<PairResult>& pairs);

}  // namespace ctgan::synth::evaluate
