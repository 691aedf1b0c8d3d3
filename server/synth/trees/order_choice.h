// The order in which a fit draws variables: the one that was asked for, or what a trial finds best.
#pragma once

#include <string_view>

#include "server/synth/trees/trial.h"

namespace ctgan::synth::trees {

// `visit`: "data", "association", "reversed", or "auto", which tries all three; of tables too small for a trial
// the columns then go by their association.
VisitOrder choose_order(std::string_view visit, const Variables& variables, const TrainingStates& training,
                        const Growth& growth, const model::FitContext& context);

// The rows of a leaf where nobody has said: 20, or 50 where a trial finds drawn rows hardly easier to detect with
// it, since larger leaves betray less. Of tables too small for a trial 20.
std::size_t choose_min_leaf(const VisitOrder& order, const Variables& variables,
                            const TrainingStates& training, const Growth& growth,
                            const model::FitContext& context);

}  // namespace ctgan::synth::trees
