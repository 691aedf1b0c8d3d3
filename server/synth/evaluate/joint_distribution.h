// Two columns at once, small enough to draw: of pairs that have to do with each other, and of columns with the one that
// learners predict.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "server/synth/evaluate/columns.h"
#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

inline constexpr std::size_t k_most_joint_bins = 15;
inline constexpr std::size_t k_most_joint_labels = 10;
// Cells of fewer rows are empty: a page may show shares, and no row.
inline constexpr std::size_t k_least_joint_rows = 5;
inline constexpr std::size_t k_most_joint_pairs = 6;

// What a column's places mean: its distribution's bins, merged to at most k_most_joint_bins, or its most frequent
// categories, the last for all others.
struct JointAxis {
  std::vector<double> edges;        // numeric: one more than places
  std::vector<std::string> labels;  // categorical: one a place
  std::size_t places() const { return labels.empty() ? edges.size() - 1 : labels.size(); }
};
// REQUIRES: the distribution has bins or labels.
JointAxis joint_axis(const Distribution& distribution);

// Of the places `first` and `second` in the columns, of which both have a distribution. Rows in which either is missing
// are left out.
JointDistribution joint_distribution(const ComparedTables& tables, const std::vector<ColumnResult>& columns,
                                     std::size_t first, std::size_t second);

// The pairs with the strongest relation in the original, at most k_most_joint_pairs, those that count first; none with
// this column, whose pairs are drawn by themselves. Empty: all columns.
std::vector<JointDistribution> strongest_pairs_without(const ComparedTables& tables,
                                                       const Evaluation& evaluation,
                                                       const std::string& column);
// The columns that have most to do with this one, which is second in each. None where no column has the name.
std::vector<JointDistribution> pairs_with(const ComparedTables& tables, const Evaluation& evaluation,
                                          const std::string& column);

}  // namespace ctgan::synth::evaluate
