// A column as what a learner is to tell from the others: its labels, the scores of predictions, and what each test
// row has to do with a score's error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "server/synth/evaluate/columns.h"
#include "server/synth/evaluate/evaluation.h"
#include "server/synth/evaluate/learner.h"
#include "server/synth/evaluate/row_sample.h"

namespace ctgan::synth::evaluate {

struct Target {
  std::size_t column = 0;
  LearnerTask task;
  std::vector<std::size_t> classes;  // by code
  std::string positive_label;        // binary: of class 1, the rarer one
  double mean = 0;                   // regression: of the original
  double sd = 1;
};

// Different values of a categorical column in the original.
std::size_t occurring(const ComparedColumn& column);

// Numbers are learnt as they are, categories as classes by their frequency in the original; the rarest of more than
// `most_classes`, and what the original lacks, are one.
Target describe_target(const ComparedTables& tables, std::size_t column, std::size_t most_classes);
// It has two values or more in the original.
bool can_be_learnt(const Target& target);

// Those of `rows` whose target is known.
std::vector<std::uint32_t> labelled(const ComparedTables& tables, const Target& target, Side side,
                                    std::vector<std::uint32_t> rows);
// One number a row: of the class, or the value in standard deviations from the original's mean.
std::vector<float> labels_of(const ComparedTables& tables, const Target& target, Side side,
                             std::span<const std::uint32_t> rows);

// Predictions are those of train_and_predict. Of classes the area is the mean of one against the rest.
LearnerScores score(const LearnerTask& task, std::span<const double> predictions,
                    std::span<const float> labels);

// The score that counts: the area under the curve of classes, R2 of numbers.
const std::optional<double>& main_score(const LearnerTask& task, const LearnerScores& scores);

// Adds to each row `weight` times what it has to do with the main score's error, as learner_scores.h says.
void add_score_influences(const LearnerTask& task, std::span<const double> predictions,
                          std::span<const float> labels, double weight, std::span<double> influences);

}  // namespace ctgan::synth::evaluate
