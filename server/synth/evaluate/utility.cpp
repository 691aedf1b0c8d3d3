#include "server/synth/evaluate/utility.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "server/synth/evaluate/learner.h"
#include "server/synth/evaluate/learning_target.h"
#include "server/synth/evaluate/row_sample.h"

namespace ctgan::synth::evaluate {
namespace {

using errors::Error;
using errors::Kind;

constexpr double k_z = 1.959963984540054;  // of 95 %

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
  throw Error(Kind::usage, fmt::format("no column that can be learnt is named {}", errors::quoted(wanted)),
              errors::suggestion(wanted, names));
}

// What the second predictions lose against the first, and how much of it the test rows may have by chance.
Estimate loss_of(const LearnerTask& task, const std::vector<double>& original,
                 const std::vector<double>& synthetic, const std::vector<float>& labels, double loss) {
  std::vector<double> influences(labels.size());
  add_score_influences(task, original, labels, 1, influences);
  add_score_influences(task, synthetic, labels, -1, influences);
  const double error =
      k_z * std::sqrt(std::inner_product(influences.begin(), influences.end(), influences.begin(), 0.0));
  return {loss, loss - error, loss + error};
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
    const std::size_t all = tables_.rows(side);
    auto rows = labelled(tables_, target_, side, draw_rows(all, all, stream_for(options_.seed, purpose)));
    rows.resize(std::min(rows.size(), options_.rows_limit));
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
  const auto& real = main_score(target.task, utility.train_on_original);
  const auto& made = main_score(target.task, utility.train_on_synthetic);
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
  const Target target = describe_target(tables, choose_column(tables, options.target), k_most_classes);
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
