// The order in which a fit draws variables: the one that was asked for, or what a trial finds best.
#pragma once

#include <optional>
#include <string_view>

#include "server/synth/trees/trial.h"

namespace ctgan::synth::trees {

struct ChosenOrder {
  VisitOrder order;
  std::optional<TrialScore> score = {};  // where it was tried
};

// `visit`: "data", "association", "reversed"; "auto", which tries all three, and of tables too small for a trial takes
// the columns by their association; or a list of columns (named_order).
ChosenOrder choose_order(std::string_view visit, const table::Metadata& metadata, const Variables& variables,
                         const TrainingStates& training, const Growth& growth,
                         const model::FitContext& context);

// With which orders are tried where the size of leaves is open.
inline constexpr std::size_t k_tried_min_leaf = 20;

// The rows of a leaf where nobody has said: 20, or 50 where a trial finds drawn rows hardly easier to detect with
// it, since larger leaves betray less. Of tables too small for a trial 20. A score of `chosen` is one of leaves of
// k_tried_min_leaf.
std::size_t choose_min_leaf(const ChosenOrder& chosen, const Variables& variables,
                            const TrainingStates& training, const Growth& growth,
                            const model::FitContext& context);

}  // namespace ctgan::synth::trees
