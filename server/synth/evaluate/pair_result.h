// What an evaluation found of several columns together. Part of evaluation.h, whose terms it uses.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace ctgan::synth::evaluate {

struct PairResult {
  std::size_t first = 0;  // places in Evaluation::columns, first < second
  std::size_t second = 0;
  // CorrelationSimilarity for two numeric columns, ContingencySimilarity else.
  std::string metric;
  std::optional<double> score;
  // How much the columns have to do with each other, by table: Pearson's correlation (-1 to 1) for two
  // numeric columns, Cramer's V (0 to 1) else, a numeric column in ten bins.
  std::optional<double> original_association;
  std::optional<double> synthetic_association;
  // Counts in QualityScore::trends: SDMetrics leaves out pairs with |correlation| <= 0.5 or V <= 0.3.
  bool counted = false;
};

// Two columns at once (joint_distribution.h). Shares of the rows in which neither is missing, cell by cell: place j of
// the second column and i of the first are at j * places of the first + i. Cells of few rows are 0.
struct JointDistribution {
  std::size_t first = 0;  // places in Evaluation::columns
  std::size_t second = 0;
  std::vector<double> original = {};
  std::vector<double> synthetic = {};
};

// Columns whose cells are missing together (missing_patterns.h), and in which share of each table's rows.
struct MissingPattern {
  std::vector<std::size_t> columns;  // places in Evaluation::columns; none: no cell is missing
  double original = 0;
  double synthetic = 0;
};

}  // namespace ctgan::synth::evaluate
