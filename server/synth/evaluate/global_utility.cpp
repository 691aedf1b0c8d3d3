#include "server/synth/evaluate/global_utility.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

#include "server/synth/evaluate/column_scores.h"
#include "server/synth/evaluate/features.h"
#include "server/synth/evaluate/judgement.h"
#include "server/synth/evaluate/learner.h"
#include "server/synth/evaluate/learning_target.h"
#include "server/synth/evaluate/row_sample.h"
#include "server/synth/evaluate/sampled.h"

namespace ctgan::synth::evaluate {
namespace {

// Small: what counts is how learners compare, and there are three a column.
constexpr LearnerSize k_size{.trees = 30, .depth = 4, .rate = "0.3", .bins = 64};
constexpr std::size_t k_perturbations = 1'000;

struct Lesson {
  Side side = Side::original;
  std::vector<std::uint32_t> rows;
  Features features;  // of every used column
};

// Who learns; the last one is tested on.
enum Role : std::size_t { original, synthetic, attainable, k_learners, test = k_learners, k_roles };
using Lessons = std::array<Lesson, k_roles>;

Features only(const Features& all, std::span<const std::size_t> rows, std::size_t left_out) {
  Features some;
  some.width = all.width - 1;
  for (std::size_t column = 0; column < all.width; ++column) {
    if (column != left_out) some.categorical.push_back(all.categorical[column]);
  }
  some.cells.reserve(rows.size() * some.width);
  for (const std::size_t row : rows) {
    const float* const cells = all.cells.data() + row * all.width;
    for (std::size_t column = 0; column < all.width; ++column) {
      if (column != left_out) some.cells.push_back(cells[column]);
    }
  }
  return some;
}

// A column as a target.
class Subject {
 public:
  Subject(const ComparedTables& tables, std::size_t place, std::size_t column)
      : tables_(tables), place_(place), target_(describe_target(tables, column, k_most_target_classes)) {
    target_.task.size = k_size;
    if (target_.task.task == Task::regression)
      ranks_ = sorted_present(tables.columns[column].of(Side::original).numbers);
  }

  const LearnerTask& task() const { return target_.task; }
  std::size_t column() const { return target_.column; }
  bool can_be_learnt() const { return evaluate::can_be_learnt(target_); }

  // Places in the lesson of the rows whose cell is known, and their labels.
  struct Labelled {
    std::vector<std::size_t> places;
    std::vector<float> labels;
  };
  Labelled labelled(const Lesson& lesson) const {
    const Cells& cells = tables_.columns[target_.column].of(lesson.side);
    Labelled found;
    for (std::size_t place = 0; place < lesson.rows.size(); ++place) {
      const std::uint32_t row = lesson.rows[place];
      const bool missing =
          cells.codes.empty() ? std::isnan(cells.numbers[row]) : cells.codes[row] == k_missing_code;
      if (missing) continue;
      found.places.push_back(place);
      found.labels.push_back(cells.codes.empty() ? rank_of(cells.numbers[row])
                                                 : static_cast<float>(target_.classes[cells.codes[row]]));
    }
    return found;
  }

  // Empty where a lesson knows too few cells.
  std::vector<double> learn(const Lesson& lesson, const Lesson& test) const {
    const Labelled known = labelled(lesson);
    const Labelled asked = labelled(test);
    if (known.places.size() < k_least_lesson_rows || asked.places.size() < k_least_lesson_rows) return {};
    return train_and_predict(task(), only(lesson.features, known.places, place_), known.labels,
                             only(test.features, asked.places, place_));
  }

 private:
  // Of evenly spread ranks in standard deviations: the middle of its equals.
  float rank_of(double number) const {
    const auto [first, last] = std::equal_range(ranks_.begin(), ranks_.end(), number);
    const double middle = static_cast<double>((first - ranks_.begin()) + (last - ranks_.begin())) / 2;
    return static_cast<float>((middle / static_cast<double>(ranks_.size()) - 0.5) * std::sqrt(12.0));
  }

  const ComparedTables& tables_;
  std::size_t place_;  // among the features
  Target target_;
  std::vector<double> ranks_;
};

// Above guessing, 0 to 1.
double skill_of(Task task, double score) {
  return task == Task::regression ? score : 2 * score - 1;
}

bool is_told(Task task, double score) {
  return score >= (task == Task::regression ? k_limits.least_r2 : k_limits.least_auc);
}

// A ratio of skills, with what test rows and trainings may do to it.
struct Ratio {
  double value = 0;
  double skill = 0;     // of the original
  double variance = 0;  // by test rows
};

struct Kept {
  ColumnUtility shown;
  Ratio synthetic;
  Ratio attainable;
};

class Scorer {
 public:
  Scorer(const LearnerTask& task, const std::array<std::vector<double>, k_learners>& predictions,
         const std::vector<float>& labels)
      : task_(task), predictions_(predictions), labels_(labels) {
    for (std::size_t learner = 0; learner < k_learners; ++learner) {
      scores_[learner] = main_score(task, score(task, predictions[learner], labels));
    }
  }

  std::optional<Kept> kept() const {
    if (!scores_[original] || !scores_[synthetic] || !scores_[attainable]) return std::nullopt;
    if (!is_told(task_.task, *scores_[original])) return std::nullopt;
    Kept kept;
    kept.shown.numeric = task_.task == Task::regression;
    kept.shown.original = *scores_[original];
    kept.shown.synthetic = *scores_[synthetic];
    kept.shown.attainable = *scores_[attainable];
    kept.synthetic = ratio(synthetic);
    kept.attainable = ratio(attainable);
    kept.shown.ratio = kept.synthetic.value;
    return kept;
  }

 private:
  Ratio ratio(Role learner) const {
    const double skill = skill_of(task_.task, *scores_[original]);
    // What is worse than guessing keeps nothing.
    const double value = std::max(0.0, skill_of(task_.task, *scores_[learner])) / skill;
    const double slope = (task_.task == Task::regression ? 1 : 2) / skill;
    std::vector<double> influences(labels_.size());
    add_score_influences(task_, predictions_[learner], labels_, slope, influences);
    add_score_influences(task_, predictions_[original], labels_, -slope * value, influences);
    return {value, skill, std::inner_product(influences.begin(), influences.end(), influences.begin(), 0.0)};
  }

  const LearnerTask& task_;
  const std::array<std::vector<double>, k_learners>& predictions_;
  const std::vector<float>& labels_;
  std::array<std::optional<double>, k_learners> scores_;
};

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

// Variance of the difference of two skills by training rows alone: what the two trainings on original rows differ by
// beyond what test rows explain (moments, as DerSimonian and Laird 1986).
double variance_of_training(const std::vector<Kept>& kept) {
  double sum = 0;
  for (const Kept& one : kept) {
    const double difference = (one.attainable.value - 1) * one.attainable.skill;
    sum += difference * difference - one.attainable.variance * one.attainable.skill * one.attainable.skill;
  }
  return std::max(0.0, sum / static_cast<double>(kept.size()));
}

double normal(random::Stream& stream) {
  const double radius = std::sqrt(-2 * std::log(1 - stream.next_double()));
  return radius * std::cos(2 * std::numbers::pi * stream.next_double());
}

// The median, and its scatter when each ratio is moved by its own error.
Estimate median_of(const std::vector<Ratio>& ratios, double training, random::Stream stream) {
  std::vector<double> values(ratios.size());
  std::vector<double> medians(k_perturbations);
  for (double& moved : medians) {
    std::transform(ratios.begin(), ratios.end(), values.begin(), [&](const Ratio& ratio) {
      return ratio.value +
             std::sqrt(ratio.variance + training / (ratio.skill * ratio.skill)) * normal(stream);
    });
    moved = median(values);
  }
  std::transform(ratios.begin(), ratios.end(), values.begin(),
                 [](const Ratio& ratio) { return ratio.value; });
  return estimate_of(median(values), static_cast<double>(k_perturbations) * variance_of_mean(medians), 0,
                     std::numeric_limits<double>::infinity());
}

struct RowsOfLessons {
  std::size_t training = 0;
  std::size_t test = 0;
};

RowsOfLessons rows_of_lessons(const ComparedTables& tables, std::size_t width) {
  const std::size_t most = std::min(k_most_lesson_rows, k_most_lesson_cells / width);
  return {std::min({tables.counts.original / 2, tables.counts.synthetic, most}),
          std::min(tables.counts.held_out, most)};
}

Lessons lessons_of(const ComparedTables& tables, const RowsOfLessons& rows, std::uint64_t seed) {
  const auto drawn = [&](Side side, std::size_t wanted, Purpose purpose) {
    return Lesson{side, draw_rows(tables.rows(side), wanted, stream_for(seed, purpose)), {}};
  };
  Lessons lessons;
  Lesson both = drawn(Side::original, 2 * rows.training, Purpose::global_original);
  const auto half = both.rows.begin() + static_cast<std::ptrdiff_t>(rows.training);
  lessons[attainable] = {Side::original, {half, both.rows.end()}, {}};
  both.rows.erase(half, both.rows.end());
  lessons[original] = std::move(both);
  lessons[synthetic] = drawn(Side::synthetic, rows.training, Purpose::global_synthetic);
  lessons[test] = drawn(Side::held_out, rows.test, Purpose::global_test);
  const FeatureMaker maker(tables, tables.used());
  for (Lesson& lesson : lessons) {
    lesson.features = maker.none();
    maker.append(lesson.side, lesson.rows, lesson.features);
  }
  return lessons;
}

std::size_t count_targets(std::size_t columns, std::size_t rows) {
  return std::min({columns, k_most_targets, k_most_taught_cells / (rows * columns)});
}

std::vector<Subject> choose_subjects(const ComparedTables& tables, std::size_t targets, std::uint64_t seed) {
  const std::vector<std::size_t> used = tables.used();
  std::vector<std::uint32_t> places = draw_rows(used.size(), targets, stream_for(seed, Purpose::targets));
  std::sort(places.begin(), places.end());
  std::vector<Subject> subjects;
  for (const std::uint32_t place : places) {
    Subject subject(tables, place, used[place]);
    if (subject.can_be_learnt()) subjects.push_back(std::move(subject));
  }
  return subjects;
}

std::vector<Kept> learn_all(const ComparedTables& tables, const std::vector<Subject>& subjects,
                            const Lessons& lessons, threads::ThreadPool& pool) {
  std::vector<std::array<std::vector<double>, k_learners>> predictions(subjects.size());
  pool.run(subjects.size() * k_learners, [&](std::size_t number) {
    predictions[number / k_learners][number % k_learners] =
        subjects[number / k_learners].learn(lessons[number % k_learners], lessons[test]);
  });
  std::vector<std::optional<Kept>> found(subjects.size());
  pool.run(subjects.size(), [&](std::size_t number) {
    const auto& said = predictions[number];
    if (std::any_of(said.begin(), said.end(), [](const auto& one) { return one.empty(); })) return;
    const std::vector<float> labels = subjects[number].labelled(lessons[test]).labels;
    found[number] = Scorer(subjects[number].task(), said, labels).kept();
    if (found[number]) found[number]->shown.column = tables.columns[subjects[number].column()].name;
  });
  std::vector<Kept> kept;
  for (std::optional<Kept>& one : found) {
    if (one) kept.push_back(std::move(*one));
  }
  return kept;
}

}  // namespace

std::optional<GlobalUtility> measure_global_utility(const ComparedTables& tables, std::uint64_t seed,
                                                    threads::ThreadPool& pool, std::vector<Note>& notes) {
  const auto skip = [&](const std::string& reason) {
    notes.push_back({"utility", "global utility: " + reason});
    return std::nullopt;
  };
  const std::size_t width = tables.used().size();
  if (tables.counts.held_out == 0) return skip("no held-out rows were given to test on");
  if (width < 2) return skip("there is one column only");
  const RowsOfLessons rows = rows_of_lessons(tables, width);
  if (std::min(rows.training, rows.test) < k_least_lesson_rows) {
    return skip(fmt::format("{} rows to train on and {} to test on, and at least {} are needed",
                            rows.training, rows.test, k_least_lesson_rows));
  }
  const std::size_t targets = count_targets(width, rows.training);
  const std::vector<Subject> subjects = choose_subjects(tables, targets, seed);
  const std::vector<Kept> kept = learn_all(tables, subjects, lessons_of(tables, rows, seed), pool);
  if (kept.empty()) return skip("no column of the original can be predicted from the others");
  GlobalUtility found;
  found.rows = rows.training;
  found.test_rows = rows.test;
  found.learner = learner_name({.size = k_size});
  found.columns = targets;
  found.all_columns = width;
  std::vector<Ratio> synthetic_ratios;
  std::vector<Ratio> attainable_ratios;
  for (const Kept& one : kept) {
    found.targets.push_back(one.shown);
    synthetic_ratios.push_back(one.synthetic);
    attainable_ratios.push_back(one.attainable);
  }
  const double training = variance_of_training(kept);
  found.synthetic = median_of(synthetic_ratios, training, stream_for(seed, Purpose::perturbations));
  found.attainable = median_of(attainable_ratios, training, stream_for(seed, Purpose::perturbations));
  return found;
}

}  // namespace ctgan::synth::evaluate
