// A private model held against noisy counts that its fit has paid for: nothing else of the confidential table is in it, so it
// may be handed on as the model may.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "server/synth/evaluate/verdict.h"

namespace ctgan::synth::evaluate {

// Shares of the parts of one or two columns, the model's and the measured ones.
struct PaidDistance {
  std::vector<std::string> columns;
  std::size_t parts = 0;
  double distance =
      0;  // half the sum of the differences: 0 where all shares are equal, 1 where nothing is; with noise
  double of_noise = 0;  // what noise alone makes of it
};

// One part of a column.
struct PaidShare {
  std::string part;
  double measured = 0;  // with noise, and so perhaps below 0
  double drawn = 0;     // of the model's rows
};

struct PaidColumn {
  std::string name;
  std::vector<PaidShare> shares;
};

struct PaidComparison {
  double rows = 0;                      // of the table, as the counts say
  double drawn_rows = 0;                // of the model
  double noise = 0;                     // of each count: the mean of its absolute value, in rows
  double budget_share = 0;              // that the counts cost
  std::vector<PaidDistance> distances;  // of each column, then of pairs
  std::vector<PaidColumn> columns;
  Judgement release = {};  // by the model's guarantee
};

inline constexpr const char* k_paid_mark = "by noisy counts that were paid for";
inline constexpr const char* k_paid_notice =
    "This report compares the model's rows with noisy counts, for which the fit has spent a share of its "
    "privacy budget. "
    "It holds nothing else of the confidential table, and may be handed on as the model may. A distance that "
    "is not much "
    "above what noise alone makes of it says that nothing is known to be wrong.";

// The mean distances of columns and of pairs, in a line: "columns 0.021 apart (0.018 of noise), pairs ...".
std::string headline(const PaidComparison& comparison);
// For scripts, and for a job's result as verdict_json().
nlohmann::json to_json(const PaidComparison& comparison);
nlohmann::json verdict_json(const PaidComparison& comparison);

}  // namespace ctgan::synth::evaluate
