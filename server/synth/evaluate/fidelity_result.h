// What was measured of fidelity beside what is attainable: the same measure for as many held-out rows, which are
// real. Part of evaluation.h, whose terms it uses.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "server/synth/evaluate/verdict.h"

namespace ctgan::synth::evaluate {

// A measure of synthetic rows against training rows, and of as many held-out rows against the same training rows:
// what fresh rows of the same origin attain.
struct Measured {
  std::size_t rows = 0;  // of each table
  Estimate synthetic;
  std::optional<Estimate> attainable = {};  // absent without held-out rows
};

// One that is taken over sets of columns.
struct SetMeasure : Measured {
  std::size_t sets = 0;  // that were looked at
  double all_sets = 0;   // that there are
};

// What lies beyond columns and pairs. Absent are those that the tables are too small for.
struct Fidelity {
  std::optional<SetMeasure> three_way;           // total variation distance, 0 is best; three_way.h
  std::optional<SetMeasure> mutual_information;  // wNMIS, 1 is best; mutual_information.h
  std::optional<Measured> density;               // about 1 is best; density_coverage.h
  std::optional<Measured> coverage;              // 1 is best
};

// A column as the target of global utility: scores on held-out rows, AUC of classes, R2 of the ranks of numbers.
struct ColumnUtility {
  std::string column;
  bool numeric = false;
  double original = 0;    // trained on original rows
  double synthetic = 0;   // on synthetic ones
  double attainable = 0;  // on other original rows
  double ratio = 0;       // of the skills, 0 and more
};

// Every column as the target: the median of the ratios of the skill that synthetic rows give to that of original
// ones; global_utility.h defines it.
struct GlobalUtility : Measured {
  std::size_t test_rows = 0;
  std::string learner;
  std::size_t columns = 0;             // that were tried
  std::size_t all_columns = 0;         // that could have been
  std::vector<ColumnUtility> targets;  // those that the original's rows tell
};

// How well the learner tells rows of two tables apart; detection.h defines both.
struct ToldApart {
  Estimate auc;      // 0.5 not at all, 1 always
  double score = 1;  // 1 not at all, 0 always
};

// Detection with equally many rows of each table, so that the three can be compared. A table that is as good as
// fresh rows of the same origin is told from held-out rows as little as training rows are.
struct UnseenDetection {
  std::size_t rows = 0;        // of each table
  ToldApart against_held_out;  // synthetic rows
  ToldApart against_training;  // synthetic rows
  ToldApart attainable;        // held-out rows, against training rows
  // AUC against held-out minus AUC against training rows, -1 to 1: above 0 the synthetic rows are nearer to what
  // was trained on than to other rows of its origin.
  Estimate memorization;
};

}  // namespace ctgan::synth::evaluate
