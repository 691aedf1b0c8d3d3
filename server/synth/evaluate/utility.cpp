#include "server/synth/evaluate/utility.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "server/synth/evaluate/column_scores.h"
#include "server/synth/evaluate/learner.h"
#include "server/synth/evaluate/learner_scores.h"
#include "server/synth/evaluate/row_sample.h"

namespace ctgan::synth::evaluate {
namespace {

using errors::Error;
using errors::Kind;

constexpr double k_z = 1.959963984540054;  // of 95 %

struct Target {
  std::size_t column = 0;
  LearnerTask task;
  std::vector<std::size_t> classes;  // by code
  std::size_t positive = 0;          // binary: the class
  std::string positive_label;
  double mean = 0;  // regression: of the original
  double sd = 1;
};

std::size_t occurring(const ComparedColumn& column) {
  const std::vector<double> counts = counts_of(column.of(Side::original).codes, column.labels.size());
  return static_cast<std::size_t>(
      std::count_if(counts.begin(), counts.end(), [](double c) { return c > 0; }));
}

std::size_t choose_column(const ComparedTables& tables, const std::string& wanted) {
  const std::vector<std::size_t> used = tables.used();
  if (wanted.empty()) {
    const auto last = std::find_if(used.rbegin(), used.rend(), [&](std::size_t place) {
      const ComparedColumn& column = tables.columns[place];
      return column.shape == ColumnShape::categorical && occurring(column) >= 2;
    });
    return last == used.rend() ? used.back() : *last;
  }
  std::vector<std::string> names;
  for (const std::size_t place : used) {
    if (tables.columns[place].name == wanted) return place;
    names.push_back(tables.columns[place].name);
  }
  throw Error(Kind::bad_data, fmt::format("no column that can be learnt is named {}", errors::quoted(wanted)),
              errors::suggestion(wanted, names));
}

// Classes by frequency in the original; what it does not hold belongs to the rarest.
void number_classes(const ComparedColumn& column, Target& target) {
  const std::vector<double> counts = counts_of(column.of(Side::original).codes, column.labels.size());
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return counts[a] > counts[b]; });
  const std::size_t classes = std::min(occurring(column), k_most_classes);
  target.classes.resize(counts.size());
  for (std::size_t place = 0; place < order.size(); ++place) {
    target.classes[order[place]] = std::min(place, classes - 1);
  }
  target.task = {classes == 2 ? Task::binary : Task::multiclass, classes};
  target.positive = classes - 1;
  target.positive_label = column.labels[order[classes - 1]];
}

void measure_scale(const ComparedColumn& column, Target& target) {
  const std::vector<double> values = sorted_present(column.of(Side::original).numbers);
  double squares = 0;
  for (const double value : values) target.mean += value / static_cast<double>(values.size());
  for (const double value : values) squares += (value - target.mean) * (value - target.mean);
  target.sd = values.empty() ? 0 : std::sqrt(squares / static_cast<double>(values.size()));
  target.task = {Task::regression, 0};
}

Target describe_target(const ComparedTables& tables, const std::string& wanted) {
  Target target;
  target.column = choose_column(tables, wanted);
  const ComparedColumn& column = tables.columns[target.column];
  if (column.shape == ColumnShape::numeric) {
    measure_scale(column, target);
  } else if (occurring(column) >= 2) {
    number_classes(column, target);
  }
  return target;
}

bool can_be_learnt(const Target& target) {
  return target.task.task == Task::regression ? target.sd > 0 && std::isfinite(target.sd)
                                              : !target.classes.empty();
}

// Rows whose target is known, at most `limit` of them.
std::vector<std::uint32_t> labelled_rows(const ComparedTables& tables, const Target& target, Side side,
                                         std::size_t limit, random::Stream stream) {
  const Cells& cells = tables.columns[target.column].of(side);
  std::vector<std::uint32_t> rows = draw_rows(tables.rows(side), tables.rows(side), stream);
  rows.erase(std::remove_if(rows.begin(), rows.end(),
                            [&](std::uint32_t row) {
                              return cells.codes.empty() ? std::isnan(cells.numbers[row])
                                                         : cells.codes[row] == k_missing_code;
                            }),
             rows.end());
  if (rows.size() > limit) rows.resize(limit);
  return rows;
}

// One number a row: of the class, or the value in standard deviations from the original's mean.
std::vector<float> labels_of(const ComparedTables& tables, const Target& target, Side side,
                             const std::vector<std::uint32_t>& rows) {
  const Cells& cells = tables.columns[target.column].of(side);
  std::vector<float> labels(rows.size());
  std::transform(rows.begin(), rows.end(), labels.begin(), [&](std::uint32_t row) {
    return cells.codes.empty() ? static_cast<float>((cells.numbers[row] - target.mean) / target.sd)
                               : static_cast<float>(target.classes[cells.codes[row]]);
  });
  return labels;
}

std::optional<double> one_against_rest(const std::vector<double>& probabilities,
                                       const std::vector<std::size_t>& truth, std::size_t classes) {
  double sum = 0;
  double defined = 0;
  std::vector<double> scores(truth.size());
  for (std::size_t c = 0; c < classes; ++c) {
    for (std::size_t row = 0; row < truth.size(); ++row) scores[row] = probabilities[row * classes + c];
    const auto area = area_under_curve(scores, truth, c);
    if (!area) continue;
    sum += *area;
    defined += 1;
  }
  if (defined == 0) return std::nullopt;
  return sum / defined;
}

LearnerScores score_classes(const LearnerTask& task, const std::vector<double>& probabilities,
                            const std::vector<float>& labels) {
  const std::vector<std::size_t> truth(labels.begin(), labels.end());
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

// R2's: the difference of two sums of squared errors by one spread.
void add_squared_influences(const std::vector<double>& original, const std::vector<double>& synthetic,
                            const std::vector<float>& labels, double loss, std::vector<double>& influences) {
  const double mean = std::accumulate(labels.begin(), labels.end(), 0.0) / static_cast<double>(labels.size());
  const auto squared = [](double value) { return value * value; };
  double spread = 0;
  for (const float label : labels) spread += squared(static_cast<double>(label) - mean);
  for (std::size_t row = 0; row < labels.size(); ++row) {
    const auto truth = static_cast<double>(labels[row]);
    influences[row] =
        (squared(synthetic[row] - truth) - squared(original[row] - truth) - loss * squared(truth - mean)) /
        spread;
  }
}

LearnerScores score(const LearnerTask& task, const std::vector<double>& predictions,
                    const std::vector<float>& labels) {
  if (task.task != Task::regression) return score_classes(task, predictions, labels);
  LearnerScores scores;
  scores.r2 = r_squared(predictions, std::vector<double>(labels.begin(), labels.end()));
  return scores;
}

// What the second predictions lose against the first, and how much of it the test rows may have by chance.
std::optional<Estimate> loss_of(const LearnerTask& task, const std::vector<double>& original,
                                const std::vector<double>& synthetic, const std::vector<float>& labels,
                                double loss) {
  std::vector<double> influences(labels.size());
  if (task.task == Task::regression) {
    add_squared_influences(original, synthetic, labels, loss, influences);
  } else {
    const std::vector<std::size_t> truth(labels.begin(), labels.end());
    const std::size_t outputs = task.task == Task::binary ? 1 : task.classes;
    const std::set<std::size_t> occurring(truth.begin(), truth.end());
    const double weight = outputs == 1 ? 1 : 1 / static_cast<double>(occurring.size());
    std::vector<double> scores(truth.size());
    for (const std::size_t positive : occurring) {
      if (outputs == 1 && positive == 0) continue;
      for (const auto& [predictions, sign] : {std::pair(&original, 1.0), std::pair(&synthetic, -1.0)}) {
        const std::size_t output = outputs == 1 ? 0 : positive;
        for (std::size_t row = 0; row < scores.size(); ++row)
          scores[row] = (*predictions)[row * outputs + output];
        add_influences(scores, truth, positive, sign * weight, influences);
      }
    }
  }
  const double error =
      k_z * std::sqrt(std::inner_product(influences.begin(), influences.end(), influences.begin(), 0.0));
  return Estimate{loss, loss - error, loss + error};
}

// Rows of one side that the learner sees, with their labels.
struct Lesson {
  Features features;
  std::vector<float> labels;
};

class LessonMaker {
 public:
  LessonMaker(const ComparedTables& tables, const Target& target, const LearnerOptions& options,
              const std::vector<std::size_t>& inputs)
      : tables_(tables), target_(target), options_(options), maker_(tables, inputs) {}

  Lesson make(Side side, Purpose purpose) const {
    const auto rows =
        labelled_rows(tables_, target_, side, options_.rows_limit, stream_for(options_.seed, purpose));
    Lesson lesson{maker_.none(), labels_of(tables_, target_, side, rows)};
    maker_.append(side, rows, lesson.features);
    return lesson;
  }

 private:
  const ComparedTables& tables_;
  const Target& target_;
  const LearnerOptions& options_;
  FeatureMaker maker_;
};

struct Lessons {
  Lesson original;
  Lesson synthetic;
  Lesson test;
};

// Why nothing can be learnt from them; empty when it can.
std::string objection(const Lessons& lessons) {
  const std::size_t train = std::min(lessons.original.labels.size(), lessons.synthetic.labels.size());
  const auto too_few = [](std::size_t rows, const char* what, std::size_t needed) {
    return fmt::format("{} {} rows with a known target, and at least {} are needed", rows, what, needed);
  };
  if (train < k_least_train_rows) return too_few(train, "training", k_least_train_rows);
  const std::size_t test = lessons.test.labels.size();
  return test < k_least_test_rows ? too_few(test, "held-out", k_least_test_rows) : "";
}

Utility learn(const ComparedTables& tables, const Target& target, const Lessons& lessons,
              threads::ThreadPool& pool) {
  Utility utility;
  utility.target = tables.columns[target.column].name;
  utility.task = target.task.task;
  if (target.task.task == Task::binary) utility.positive = target.positive_label;
  utility.learner = learner_name(target.task);
  utility.classes = target.task.classes;
  utility.original_rows = lessons.original.labels.size();
  utility.synthetic_rows = lessons.synthetic.labels.size();
  utility.test_rows = lessons.test.labels.size();
  std::array<std::vector<double>, 2> predictions;
  pool.run(2, [&](std::size_t one) {
    const Lesson& lesson = one == 0 ? lessons.original : lessons.synthetic;
    predictions[one] = train_and_predict(target.task, lesson.features, lesson.labels, lessons.test.features);
    (one == 0 ? utility.train_on_original : utility.train_on_synthetic) =
        score(target.task, predictions[one], lessons.test.labels);
  });
  const bool numbers = target.task.task == Task::regression;
  const auto& real = numbers ? utility.train_on_original.r2 : utility.train_on_original.auc;
  const auto& made = numbers ? utility.train_on_synthetic.r2 : utility.train_on_synthetic.auc;
  if (real && made)
    utility.loss = loss_of(target.task, predictions[0], predictions[1], lessons.test.labels, *real - *made);
  return utility;
}

}  // namespace

std::optional<Utility> measure_utility(const ComparedTables& tables, const LearnerOptions& options,
                                       threads::ThreadPool& pool, std::vector<Note>& notes) {
  const auto skip = [&](const std::string& reason) {
    notes.push_back({"utility", reason});
    return std::nullopt;
  };
  const Target target = describe_target(tables, options.target);
  const std::string name = errors::quoted(tables.columns[target.column].name);
  std::vector<std::size_t> inputs = tables.used();
  inputs.erase(std::find(inputs.begin(), inputs.end(), target.column));
  if (tables.counts.held_out == 0) return skip("no held-out rows were given to test a learner on");
  if (!can_be_learnt(target)) return skip(fmt::format("the target {} has one value only", name));
  if (inputs.empty()) return skip(fmt::format("there is no column beside the target {}", name));

  const LessonMaker maker(tables, target, options, inputs);
  const Lessons lessons{maker.make(Side::original, Purpose::utility_original),
                        maker.make(Side::synthetic, Purpose::utility_synthetic),
                        maker.make(Side::held_out, Purpose::utility_test)};
  const std::string reason = objection(lessons);
  if (!reason.empty()) return skip(reason);
  return learn(tables, target, lessons, pool);
}

}  // namespace ctgan::synth::evaluate
