#include "server/synth/evaluate/detection.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>

#include "server/synth/evaluate/features.h"
#include "server/synth/evaluate/learner.h"
#include "server/synth/evaluate/learner_scores.h"
#include "server/synth/evaluate/matched_rows.h"
#include "server/synth/evaluate/row_sample.h"

namespace ctgan::synth::evaluate {
namespace {

constexpr double k_z = 1.959963984540054;  // of 95 %

struct Sample {
  Side side = Side::original;
  std::vector<std::uint32_t> rows;
};

// Rows of `real` are class 0, of `made` class 1. They are as many of each.
struct Pairing {
  const Sample* real = nullptr;
  const Sample* made = nullptr;
  std::array<double, k_folds> areas{};
  // What each row has to do with the mean area's error, by its place in the sample (learner_scores.h).
  std::vector<double> real_influences;
  std::vector<double> made_influences;
};

// Rows are dealt to the folds in turn: those of a sample are shuffled.
bool is_asked(std::size_t place, std::size_t fold) {
  return place % k_folds == fold;
}

// Grows the trees of one fold and asks them; writes the fold's places of `comparison` only.
void run_fold(const FeatureMaker& maker, std::size_t fold, Pairing& comparison) {
  Features train = maker.none();
  Features test = maker.none();
  std::vector<float> labels;
  std::vector<std::size_t> truths;
  std::vector<double*> places;
  for (const bool made : {false, true}) {
    const Sample& sample = made ? *comparison.made : *comparison.real;
    std::vector<double>& influences = made ? comparison.made_influences : comparison.real_influences;
    std::vector<std::uint32_t> learn;
    std::vector<std::uint32_t> ask;
    for (std::size_t place = 0; place < sample.rows.size(); ++place) {
      (is_asked(place, fold) ? ask : learn).push_back(sample.rows[place]);
      if (is_asked(place, fold)) places.push_back(&influences[place]);
    }
    maker.append(sample.side, learn, train);
    maker.append(sample.side, ask, test);
    labels.resize(labels.size() + learn.size(), made ? 1.0F : 0.0F);
    truths.resize(truths.size() + ask.size(), made ? 1 : 0);
  }
  const std::vector<double> scores = train_and_predict({}, train, labels, test);
  comparison.areas[fold] = area_under_curve(scores, truths, 1).value_or(0.5);
  std::vector<double> influences(truths.size());
  add_influences(scores, truths, 1, 1.0 / k_folds, influences);
  for (std::size_t i = 0; i < places.size(); ++i) *places[i] = influences[i];
}

void run_all(const ComparedTables& tables, std::span<Pairing> comparisons, threads::ThreadPool& pool) {
  const FeatureMaker maker(tables, tables.used());
  for (Pairing& comparison : comparisons) {
    comparison.real_influences.resize(comparison.real->rows.size());
    comparison.made_influences.resize(comparison.made->rows.size());
  }
  pool.run(comparisons.size() * k_folds,
           [&](std::size_t task) { run_fold(maker, task % k_folds, comparisons[task / k_folds]); });
}

double mean_area(const Pairing& comparison) {
  return std::accumulate(comparison.areas.begin(), comparison.areas.end(), 0.0) / k_folds;
}

double squares(std::span<const double> influences) {
  return std::inner_product(influences.begin(), influences.end(), influences.begin(), 0.0);
}

Estimate around(double value, double variance) {
  const double error = k_z * std::sqrt(variance);
  return {value, value - error, value + error};
}

ToldApart told_apart(const Pairing& comparison) {
  const double variance = squares(comparison.real_influences) + squares(comparison.made_influences);
  ToldApart found{around(mean_area(comparison), variance), detection_score(comparison.areas)};
  found.auc.low = std::max(0.0, found.auc.low);
  found.auc.high = std::min(1.0, found.auc.high);
  return found;
}

// What the first comparison's area has beyond the second's. Both ask the same synthetic rows, whose errors are
// alike and cancel out in part.
Estimate beyond(const Pairing& first, const Pairing& second) {
  std::vector<double> shared(first.made_influences.size());
  std::transform(first.made_influences.begin(), first.made_influences.end(), second.made_influences.begin(),
                 shared.begin(), [](double a, double b) { return a - b; });
  return around(mean_area(first) - mean_area(second),
                squares(first.real_influences) + squares(second.real_influences) + squares(shared));
}

}  // namespace

double detection_score(std::span<const double> areas) {
  double told = 0;
  for (const double area : areas) told += 2 * std::max(area, 0.5) - 1;
  return 1 - told / static_cast<double>(areas.size());
}

std::optional<Detection> measure_detection(const ComparedTables& tables, const LearnerOptions& options,
                                           threads::ThreadPool& pool, std::vector<Note>& notes) {
  const auto note = [&](const std::string& sentence) { notes.push_back({"detection", sentence}); };
  const std::size_t rows = std::min({tables.counts.original, tables.counts.synthetic, options.rows_limit});
  if (rows < k_least_train_rows) {
    note(fmt::format("{} rows of each table, and at least {} are needed", rows, k_least_train_rows));
    return std::nullopt;
  }
  const Sample original{Side::original, draw_rows(tables.counts.original, rows,
                                                  stream_for(options.seed, Purpose::detection_original))};
  const Sample synthetic{Side::synthetic, draw_rows(tables.counts.synthetic, rows,
                                                    stream_for(options.seed, Purpose::detection_synthetic))};
  const MatchedRows matched =
      draw_matched(tables, options.seed, std::min(options.rows_limit, k_most_matched_rows));
  const Sample few_original{Side::original, matched.of(Side::original)};
  const Sample few_synthetic{Side::synthetic, matched.of(Side::synthetic)};
  const Sample held_out{Side::held_out, matched.of(Side::held_out)};
  std::vector<Pairing> comparisons{{&original, &synthetic, {}, {}, {}}};
  if (matched.attainable) {
    comparisons.push_back({&held_out, &few_synthetic, {}, {}, {}});
    comparisons.push_back({&few_original, &few_synthetic, {}, {}, {}});
    comparisons.push_back({&few_original, &held_out, {}, {}, {}});
  } else {
    note(fmt::format("{} held-out rows: without {} the synthetic rows are told from training rows only",
                     tables.counts.held_out, k_least_matched_rows));
  }
  Detection found{.learner = learner_name({}), .folds = k_folds, .rows = rows, .unseen = {}};
  run_all(tables, comparisons, pool);
  found.auc = mean_area(comparisons[0]);
  found.score = detection_score(comparisons[0].areas);
  if (matched.attainable) {
    found.unseen = UnseenDetection{matched.each, told_apart(comparisons[1]), told_apart(comparisons[2]),
                                   told_apart(comparisons[3]), beyond(comparisons[1], comparisons[2])};
  }
  return found;
}

}  // namespace ctgan::synth::evaluate
