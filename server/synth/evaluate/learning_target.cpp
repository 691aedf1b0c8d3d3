#include "server/synth/evaluate/learning_target.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "server/synth/evaluate/column_scores.h"
#include "server/synth/evaluate/learner_scores.h"

namespace ctgan::synth::evaluate {
namespace {

// Classes by frequency in the original; what it does not hold belongs to the rarest.
void number_classes(const ComparedColumn& column, std::size_t most_classes, Target& target) {
  const std::vector<double> counts = counts_of(column.of(Side::original).codes, column.labels.size());
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return counts[a] > counts[b]; });
  const std::size_t classes = std::min(occurring(column), most_classes);
  target.classes.resize(counts.size());
  for (std::size_t place = 0; place < order.size(); ++place) {
    target.classes[order[place]] = std::min(place, classes - 1);
  }
  target.task.task = classes == 2 ? Task::binary : Task::multiclass;
  target.task.classes = classes;
  target.positive_label = column.labels[order[classes - 1]];
}

void measure_scale(const ComparedColumn& column, Target& target) {
  const std::vector<double> values = sorted_present(column.of(Side::original).numbers);
  double squares = 0;
  for (const double value : values) target.mean += value / static_cast<double>(values.size());
  for (const double value : values) squares += (value - target.mean) * (value - target.mean);
  target.sd = values.empty() ? 0 : std::sqrt(squares / static_cast<double>(values.size()));
  target.task.task = Task::regression;
  target.task.classes = 0;
}

std::vector<std::size_t> truths_of(std::span<const float> labels) {
  return {labels.begin(), labels.end()};
}

// The probabilities of one class of several.
std::vector<double> probabilities_of(std::span<const double> predictions, std::size_t classes,
                                     std::size_t positive) {
  std::vector<double> scores(predictions.size() / classes);
  for (std::size_t row = 0; row < scores.size(); ++row) scores[row] = predictions[row * classes + positive];
  return scores;
}

std::optional<double> one_against_rest(std::span<const double> probabilities,
                                       const std::vector<std::size_t>& truth, std::size_t classes) {
  double sum = 0;
  double defined = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    const auto area = area_under_curve(probabilities_of(probabilities, classes, c), truth, c);
    if (!area) continue;
    sum += *area;
    defined += 1;
  }
  if (defined == 0) return std::nullopt;
  return sum / defined;
}

LearnerScores score_classes(const LearnerTask& task, std::span<const double> probabilities,
                            std::span<const float> labels) {
  const std::vector<std::size_t> truth = truths_of(labels);
  std::vector<std::size_t> predicted(truth.size());
  LearnerScores scores;
  if (task.task == Task::binary) {
    std::transform(probabilities.begin(), probabilities.end(), predicted.begin(),
                   [](double p) { return p > 0.5 ? 1 : 0; });
    scores.auc = area_under_curve(probabilities, truth, 1);
  } else {
    for (std::size_t row = 0; row < truth.size(); ++row) {
      const auto first = probabilities.begin() + static_cast<std::ptrdiff_t>(row * task.classes);
      predicted[row] = static_cast<std::size_t>(
          std::max_element(first, first + static_cast<std::ptrdiff_t>(task.classes)) - first);
    }
    scores.auc = one_against_rest(probabilities, truth, task.classes);
  }
  scores.f1 = macro_f1(predicted, truth, task.classes);
  return scores;
}

// R2's: a sum of squared errors by one of squares around the mean.
void add_squared_influences(std::span<const double> predictions, std::span<const float> labels, double weight,
                            std::span<double> influences) {
  const double mean = std::accumulate(labels.begin(), labels.end(), 0.0) / static_cast<double>(labels.size());
  const auto squared = [](double value) { return value * value; };
  double errors = 0;
  double spread = 0;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    errors += squared(predictions[row] - static_cast<double>(labels[row]));
    spread += squared(static_cast<double>(labels[row]) - mean);
  }
  if (spread == 0) return;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    const auto truth = static_cast<double>(labels[row]);
    influences[row] -=
        weight * (squared(predictions[row] - truth) - errors / spread * squared(truth - mean)) / spread;
  }
}

}  // namespace

std::size_t occurring(const ComparedColumn& column) {
  const std::vector<double> counts = counts_of(column.of(Side::original).codes, column.labels.size());
  return static_cast<std::size_t>(
      std::count_if(counts.begin(), counts.end(), [](double c) { return c > 0; }));
}

Target describe_target(const ComparedTables& tables, std::size_t place, std::size_t most_classes) {
  Target target;
  target.column = place;
  const ComparedColumn& column = tables.columns[place];
  if (column.shape == ColumnShape::numeric) {
    measure_scale(column, target);
  } else if (occurring(column) >= 2) {
    number_classes(column, most_classes, target);
  }
  return target;
}

bool can_be_learnt(const Target& target) {
  return target.task.task == Task::regression ? target.sd > 0 && std::isfinite(target.sd)
                                              : !target.classes.empty();
}

std::vector<std::uint32_t> labelled(const ComparedTables& tables, const Target& target, Side side,
                                    std::vector<std::uint32_t> rows) {
  const Cells& cells = tables.columns[target.column].of(side);
  rows.erase(std::remove_if(rows.begin(), rows.end(),
                            [&](std::uint32_t row) {
                              return cells.codes.empty() ? std::isnan(cells.numbers[row])
                                                         : cells.codes[row] == k_missing_code;
                            }),
             rows.end());
  return rows;
}

std::vector<float> labels_of(const ComparedTables& tables, const Target& target, Side side,
                             std::span<const std::uint32_t> rows) {
  const Cells& cells = tables.columns[target.column].of(side);
  std::vector<float> labels(rows.size());
  std::transform(rows.begin(), rows.end(), labels.begin(), [&](std::uint32_t row) {
    return cells.codes.empty() ? static_cast<float>((cells.numbers[row] - target.mean) / target.sd)
                               : static_cast<float>(target.classes[cells.codes[row]]);
  });
  return labels;
}

LearnerScores score(const LearnerTask& task, std::span<const double> predictions,
                    std::span<const float> labels) {
  if (task.task != Task::regression) return score_classes(task, predictions, labels);
  LearnerScores scores;
  scores.r2 = r_squared(predictions, std::vector<double>(labels.begin(), labels.end()));
  return scores;
}

const std::optional<double>& main_score(const LearnerTask& task, const LearnerScores& scores) {
  return task.task == Task::regression ? scores.r2 : scores.auc;
}

void add_score_influences(const LearnerTask& task, std::span<const double> predictions,
                          std::span<const float> labels, double weight, std::span<double> influences) {
  if (task.task == Task::regression) return add_squared_influences(predictions, labels, weight, influences);
  const std::vector<std::size_t> truth = truths_of(labels);
  if (task.task == Task::binary) return add_influences(predictions, truth, 1, weight, influences);
  const std::set<std::size_t> classes(truth.begin(), truth.end());
  for (const std::size_t positive : classes) {
    add_influences(probabilities_of(predictions, task.classes, positive), truth, positive,
                   weight / static_cast<double>(classes.size()), influences);
  }
}

}  // namespace ctgan::synth::evaluate
