// What an evaluation found: everything that a report draws, a gate decides by and `--json` prints. Plain
// values, no table behind them.
//
//   share, score, rate   0 to 1 unless said otherwise; of scores 1 is best
//   original             the training table
//   std::nullopt         undefined for this data (a constant column has no correlation), never zero
//   a whole section      std::nullopt when it was skipped; `notes` says why
//
// It holds values of the original table: category names and column ranges (in `distribution`), never rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/synth/evaluate/column_result.h"
#include "server/synth/evaluate/fidelity_result.h"
#include "server/synth/evaluate/key_result.h"
#include "server/synth/evaluate/membership_result.h"
#include "server/synth/evaluate/pair_result.h"
#include "server/synth/evaluate/private_model.h"
#include "server/synth/evaluate/verdict.h"

namespace ctgan::synth::evaluate {

// Something that holds between columns of the original; lost_rules.h defines the forms.
struct RuleResult {
  std::string rule;    // as `fit --rule` takes it; linear: the column
  std::string form;    // "equation", "order", "combination", "linear"
  bool asked = false;  // the model was fitted to keep it
  // Shares of the rows of which it says something; linear: R2, not below 0.
  double original = 1;
  double synthetic = 0;
  std::optional<double> held_out;
  std::size_t rows = 0;  // of the synthetic table, of which it says something
};

struct QualityScore {
  std::optional<double> shapes;      // mean of the columns' scores
  std::optional<double> trends;      // mean of the counted pairs' scores
  std::optional<double> all_trends;  // mean of all pairs' scores
  std::optional<double> overall;     // mean of shapes and trends, as SDMetrics' QualityReport
  std::size_t counted_pairs = 0;
};

enum class Task { binary, multiclass, regression };
std::string_view task_name(Task task);

// A learner's scores on held-out rows. Classification has auc and f1, regression r2.
struct LearnerScores {
  std::optional<double> auc;  // binary: of the rarer class; multiclass: mean of one against the rest
  std::optional<double> f1;   // macro: the mean over the classes
  std::optional<double> r2;   // at most 1, without a lower bound
};

// Trained on synthetic rows, tested on real ones; beside the same learner trained on the original.
struct Utility {
  std::string target;
  Task task = Task::binary;
  std::string positive;  // binary: the class that auc is of
  std::string learner;   // "XGBoost 1.7.4, 100 trees of depth 6"
  std::size_t classes = 0;
  std::size_t original_rows = 0;  // trained on
  std::size_t synthetic_rows = 0;
  std::size_t test_rows = 0;
  LearnerScores train_on_original;
  LearnerScores train_on_synthetic;
  // What training on synthetic rows loses of AUC or R2, by the held-out rows it was tested on. Absent where a
  // score is.
  std::optional<Estimate> loss = {};
};

// How well the learner tells synthetic from original rows: 0.5 not at all, 1 always.
struct Detection {
  double auc = 0.5;  // the mean over the folds
  double score = 1;  // the published one, by these rows
  std::string learner;
  std::size_t folds = 0;
  std::size_t rows = 0;                        // of each table
  std::optional<UnseenDetection> unseen = {};  // absent without held-out rows
};

// Distance to the closest record. Distances are means over the columns, 0 (equal) to 1.
struct ClosestRecord {
  std::size_t rows = 0;            // training and held-out rows, of each the same number
  std::size_t synthetic_rows = 0;  // rows held against them
  // Share of the synthetic rows closer to training than to held-out rows, ties half: 0.5 when nothing was
  // learnt by heart.
  Estimate closer_to_training;
  // The same of held-out rows: the share of one half of them that is closer to training rows than to the
  // other half, each of the same number. Absent where a half is of fewer than 20 rows.
  std::optional<Estimate> attainable = {};
  double median_to_training = 0;
  double median_to_held_out = 0;
  double median_of_held_out = 0;  // from held-out to training rows: what is usual
  // Nearest-neighbour distance ratio: a row's distance to its closest training row by that to the second
  // closest. Small: it sits on one training row.
  double nndr_median = 1;
  double nndr_held_out_median = 1;  // of held-out rows, for comparison
};

// Synthetic rows equal to a training row in every compared column.
struct Copies {
  std::size_t rows = 0;           // synthetic rows looked at
  std::size_t copies = 0;         // of them
  double share = 0;               // copies / rows
  double repeated_share = 0;      // of the training rows, those that another training row equals
  std::size_t held_out_rows = 0;  // 0: none were given
  std::size_t held_out_copies = 0;
  double held_out_share = 0;
  // share - held_out_share, -1 to 1: what the model added to what chance does. Without held-out rows absent.
  std::optional<Estimate> excess;
};

// Combinations of values in three columns that exactly one row of training and held-out rows together has,
// and how many of them the synthetic table has too; privacy.h defines them.
struct RareCombinations {
  std::size_t column_sets = 0;   // sets of three columns that were looked at
  std::size_t combinations = 0;  // whose row is a training row, over all sets
  std::size_t reproduced = 0;    // of them, in the synthetic table
  double share = 0;
  std::size_t held_out_combinations = 0;  // whose row is held out
  std::size_t held_out_reproduced = 0;    // of them, in the synthetic table: what chance does
  double held_out_share = 0;
  std::optional<Estimate> excess;  // share - held_out_share, -1 to 1
};

// One column as the secret of the inference attack.
struct ColumnRisk {
  std::string column;
  Estimate main;
  Estimate control;
  Estimate risk;
  Estimate excess = {};  // main - control, by itself: not widened for the number of columns
};

// An attack in the manner of Anonymeter; attacks.h defines them.
struct Attack {
  // "singling out by one column", "singling out by several columns", "linkability", "inference"
  std::string name;
  std::string sentence;             // what the attacker does, for people
  std::size_t guesses = 0;          // against training rows, and as many in each comparison
  Estimate main;                    // rate of success against training rows
  Estimate control;                 // against held-out rows
  Estimate baseline;                // by guessing without the synthetic table
  Estimate risk;                    // (main - control) / (1 - control), 0 to 1
  Estimate excess = {};             // main - control; inference: of the column whose upper end is highest
  bool weak = false;                // main is not above baseline: the attack itself failed and says nothing
  std::string column;               // inference: the column at most risk, whose numbers these are
  std::vector<ColumnRisk> columns;  // inference: every column that was tried
};

struct Privacy {
  std::optional<ClosestRecord> closest;
  std::optional<Copies> copies;
  std::optional<RareCombinations> rare;
  std::vector<Attack> attacks;
  std::optional<Membership> membership = {};
  std::optional<KeyDisclosure> keys = {};  // absent where no keys were named
};

// Whether the held-out rows are drawn like the original's; drawn_alike.h has the test.
struct DrawnAlike {
  std::size_t columns = 0;             // that were compared
  std::vector<std::string> different;  // those that differ beyond chance
};

struct Note {
  std::string section;   // "table", "quality", "utility", "detection", "privacy"
  std::string sentence;  // "no held-out rows were given: ..."
};

struct RowCounts {
  std::size_t original = 0;
  std::size_t held_out = 0;  // 0: none were given
  std::size_t synthetic = 0;
  // What `original` is a part of; 0: not known.
  std::size_t table = 0;    // rows of the table that was given
  std::size_t trained = 0;  // of these, the rows that were trained on
};

// How the model was trained, as far as remedies need it.
struct Training {
  std::string method;
  std::int64_t epochs = 0;
  std::int64_t batch_size = 0;
  std::size_t steps_an_epoch = 0;
  std::size_t min_category_count = 1;
  bool chosen = false;      // the method, by a trial
  std::string milder = {};  // what to try where training rows show through: "fewer epochs ('--epochs')"
};

struct Evaluation {
  std::uint64_t seed = 0;
  std::string purpose = {};  // what the table is made for and who gets it, in the user's words
  RowCounts rows;
  std::vector<ColumnResult> columns;                    // in the order of the original
  std::vector<PairResult> pairs;                        // by first, then second; columns left out are in none
  std::vector<JointDistribution> strongest_pairs = {};  // with quality; none with the target
  std::vector<JointDistribution> by_target = {};        // columns with the target of utility, which is second
  std::vector<MissingPattern> missing_patterns = {};
  std::vector<RuleResult> rules;  // with quality
  std::optional<QualityScore> quality;
  std::optional<Fidelity> fidelity;  // with quality
  std::optional<Utility> utility;
  std::optional<GlobalUtility> global_utility;  // with utility
  std::optional<Detection> detection;
  std::optional<Privacy> privacy;
  std::optional<DrawnAlike> drawn_alike;  // absent without held-out rows
  std::optional<Training> training;       // absent where tables were compared that somebody made
  std::optional<PrivateModel> of_private = {};
  Judgements judgements;
  std::vector<Note> notes;
};

// One object with the members' names as keys; std::nullopt is null, estimates are {"value","low","high"},
// pairs name their columns, and of many only the strongest are listed (pair_scores.h), the others summed up
// in "other_pairs". The keys are a promise to scripts: append, never rename.
nlohmann::json to_json(const Evaluation& evaluation);

}  // namespace ctgan::synth::evaluate
