// An evaluation with something in every section, made by hand: what a test needs differently it changes.
#pragma once

#include <fmt/format.h>

#include "server/synth/evaluate/evaluation.h"
#include "server/synth/evaluate/judgement.h"
#include "server/synth/report/report.h"

namespace ctgan::tests {

inline synth::evaluate::ColumnResult numeric_column(std::string name) {
  synth::evaluate::ColumnResult column{.name = std::move(name),
                                       .kind = "continuous",
                                       .shape = synth::evaluate::ColumnShape::numeric,
                                       .score_metric = "KSComplement",
                                       .score = 0.913,
                                       .coverage = 1.0,
                                       .adherence = 0.99,
                                       .missing = {},
                                       .distribution = {}};
  column.distribution.edges = {0, 10, 20, 30};
  column.distribution.original = {0.25, 0.5, 0.25};
  column.distribution.synthetic = {0.375, 0.375, 0.25};
  return column;
}

inline synth::evaluate::ColumnResult text_column(std::string name, std::vector<std::string> labels) {
  synth::evaluate::ColumnResult column{.name = std::move(name),
                                       .kind = "discrete",
                                       .shape = synth::evaluate::ColumnShape::categorical,
                                       .score_metric = "TVComplement",
                                       .score = 0.7,
                                       .coverage = 1.0,
                                       .adherence = 1.0,
                                       .missing = {0.125, 0.25, 0.875},
                                       .distribution = {}};
  const double share = 1.0 / static_cast<double>(labels.size());
  column.distribution.categories = labels.size();
  column.distribution.original.assign(labels.size(), share);
  column.distribution.synthetic.assign(labels.size(), share);
  column.distribution.labels = std::move(labels);
  return column;
}

// All pairs of the columns that were compared.
inline void add_pairs(synth::evaluate::Evaluation& evaluation) {
  for (std::size_t first = 0; first < evaluation.columns.size(); ++first) {
    for (std::size_t second = first + 1; second < evaluation.columns.size(); ++second) {
      const double bend = static_cast<double>((first * 7 + second * 3) % 20) / 10 - 1;
      evaluation.pairs.push_back({first, second, "CorrelationSimilarity", 0.9, bend, bend / 2, true});
    }
  }
}

inline synth::evaluate::Privacy some_privacy() {
  synth::evaluate::Privacy privacy;
  privacy.closest = {.rows = 100,
                     .synthetic_rows = 400,
                     .closer_to_training = {0.5, 0.47, 0.53},
                     .median_to_training = 0.08,
                     .median_to_held_out = 0.081,
                     .median_of_held_out = 0.05};
  privacy.copies = {.rows = 400,
                    .copies = 2,
                    .share = 0.005,
                    .held_out_rows = 100,
                    .held_out_copies = 1,
                    .held_out_share = 0.01,
                    .excess = synth::evaluate::Estimate{-0.005, -0.02, 0.01}};
  privacy.rare = {.column_sets = 1,
                  .combinations = 50,
                  .reproduced = 5,
                  .share = 0.1,
                  .held_out_combinations = 20,
                  .held_out_reproduced = 2,
                  .held_out_share = 0.1,
                  .excess = synth::evaluate::Estimate{0, -0.1, 0.1}};
  synth::evaluate::Attack attack{.name = "inference",
                                 .sentence = "guesses 'age' from all other columns",
                                 .guesses = 100,
                                 .main = {0.5, 0.4, 0.6},
                                 .control = {0.4, 0.3, 0.5},
                                 .baseline = {0.1, 0.05, 0.2},
                                 .risk = {0.17, 0.05, 0.29},
                                 .column = "age",
                                 .columns = {}};
  privacy.attacks = {attack, attack};
  privacy.attacks[0].name = "linkability";
  privacy.attacks[0].column.clear();
  privacy.attacks[0].weak = true;
  const synth::evaluate::MembershipPower power{
      {0.513, 0.49, 0.53}, {0.0123, 0.005, 0.018}, {0.11, 0.09, 0.13}, 0.07};
  privacy.membership = {
      .members = 900,
      .others = 104,
      .reference_rows = 52,
      .synthetic_rows = 400,
      .attacks = {{"closest record", "goes by the distance to the closest synthetic row", power},
                  {"combination", "weighs all of these", power}},
      .attainable = power};
  privacy.membership->worst_affected = {.share = 0.29,
                                        .members = 250,
                                        .others = 30,
                                        .auc = {0.537, 0.45, 0.59},
                                        .copied = 0.004,
                                        .others_copied = 0,
                                        .copies_excess = {0.004, -0.1, 0.02}};
  privacy.membership->near_copies = {.members = 61, .others = 6, .share = {0.0119, 0, 0.0189}, .certain = 0};
  privacy.keys = {.keys = {"city"},
                  .original_unique = 0.213,
                  .synthetic_unique = 0.2,
                  .found = 0.1,
                  .replicated = 0.0456,
                  .alone = 200,
                  .alone_replicated = 0.05,
                  .held_out_alone = 30,
                  .held_out_replicated = 0.04,
                  .excess = synth::evaluate::Estimate{0.01, -0.02, 0.04},
                  .targets = {{"age", 0.317, 0.0789, 0.07, synth::evaluate::Estimate{0.0089, -0.01, 0.03},
                               synth::evaluate::Estimate{0.0089, -0.02, 0.04}}}};
  return privacy;
}

// A synthetic table that falls short of what held-out rows attain.
inline void add_fidelity(synth::evaluate::Evaluation& evaluation) {
  using namespace synth::evaluate;
  Fidelity fidelity;
  fidelity.three_way = SetMeasure{{100, {0.321, 0.3, 0.34}, Estimate{0.123, 0.1, 0.15}}, 500, 1313400};
  fidelity.mutual_information = SetMeasure{{100, {0.876, 0.85, 0.9}, Estimate{0.987, 0.97, 0.99}}, 105, 105};
  fidelity.density = Measured{100, {1.234, 1.1, 1.3}, Estimate{0.999, 0.9, 1.1}};
  fidelity.coverage = Measured{100, {0.765, 0.7, 0.8}, Estimate{0.955, 0.94, 0.97}};
  evaluation.fidelity = fidelity;
  GlobalUtility utility;
  utility.rows = 400;
  utility.synthetic = {0.654, 0.6, 0.7};
  utility.attainable = Estimate{1.01, 0.98, 1.04};
  utility.test_rows = 100;
  utility.learner = "XGBoost 1.7.4";
  utility.columns = 3;
  utility.all_columns = 3;
  utility.targets = {{"age", true, 0.8, 0.7, 0.81, 0.875}, {"city", false, 0.9, 0.51, 0.9, 0.025}};
  evaluation.global_utility = utility;
  evaluation.detection->score = 0.6;
  evaluation.detection->unseen = UnseenDetection{100,
                                                 {{0.789, 0.74, 0.83}, 0.422},
                                                 {{0.612, 0.56, 0.66}, 0.776},
                                                 {{0.503, 0.46, 0.55}, 0.994},
                                                 {0.177, 0.12, 0.23}};
}

inline synth::evaluate::Evaluation sample_evaluation(std::vector<synth::evaluate::ColumnResult> columns) {
  synth::evaluate::Evaluation evaluation;
  evaluation.seed = 7;
  evaluation.rows = {1000, 100, 400};
  evaluation.columns = std::move(columns);
  add_pairs(evaluation);
  evaluation.quality = {
      .shapes = 0.9, .trends = 0.8, .all_trends = 0.85, .overall = 0.85, .counted_pairs = 1};
  evaluation.utility = {.target = "city",
                        .positive = "Rome",
                        .learner = "XGBoost 1.7.4",
                        .classes = 2,
                        .original_rows = 1000,
                        .synthetic_rows = 400,
                        .test_rows = 100,
                        .train_on_original = {},
                        .train_on_synthetic = {}};
  evaluation.utility->train_on_original.auc = 0.93;
  evaluation.utility->train_on_synthetic.auc = 0.9;
  evaluation.detection = {.auc = 0.7, .learner = "XGBoost 1.7.4", .folds = 3, .rows = 400};
  add_fidelity(evaluation);
  evaluation.privacy = some_privacy();
  evaluation.judgements = synth::evaluate::judge(evaluation);
  return evaluation;
}

inline synth::evaluate::Evaluation sample_evaluation() {
  return sample_evaluation({numeric_column("age"), text_column("city", {"Rome", "Bern"})});
}

inline synth::report::ReportFacts sample_facts() {
  synth::report::ReportFacts facts{.table = "people.csv",
                                   .model = "people_20261121t074500_model.gz",
                                   .method = "ctgan",
                                   .created = "2026-11-21 07:45:00 UTC",
                                   .options = {{"epochs", "300"}, {"batch_size", "500"}},
                                   .versions = {{"ctgan-server", "9.8.7"}},
                                   .seed = 42,
                                   .training_seconds = 95,
                                   .losses = {}};
  facts.losses = {{"generator", {}}, {"discriminator", {}}};
  for (int epoch = 0; epoch < 50; ++epoch) {
    facts.losses[0].second.push_back(-0.1 * epoch);
    facts.losses[1].second.push_back(5.0 / (epoch + 1));
  }
  return facts;
}

}  // namespace ctgan::tests
