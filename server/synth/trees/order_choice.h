// What of a fit's trees nobody has said: the order in which variables are drawn, and the rows of a leaf.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "common/table/metadata.h"
#include "server/synth/trees/trial.h"

namespace ctgan::synth::trees {

struct Choice {
  VisitOrder order;
  std::size_t min_leaf = 0;
};

// What was asked for where it was, else what a trial finds best (trial.h), which is reported as a choice.
//
//   min_leaf   none: leaves of 50 and 10 rows are tried, and of 20 where 10 would betray rows: smaller ones follow the
//              table more closely, and larger ones betray less; of tables too small for a trial 20
//   visit      "data", "association", "reversed"; "auto", which tries all three with these leaves, and of tables too
//              small for a trial takes the columns by their association; or a list of columns (named_order)
//
// Throws Error(usage) as named_order.
Choice choose(std::string_view visit, std::optional<std::size_t> min_leaf, const table::Metadata& metadata,
              const Variables& variables, const TrainingStates& training, const Growth& growth,
              const model::FitContext& context);

}  // namespace ctgan::synth::trees
