// The order in which a fit draws variables: the one that was asked for, or what a trial finds best.
#pragma once

#include <string_view>

#include "server/synth/trees/trial.h"

namespace ctgan::synth::trees {

// `visit`: "data", "association", "reversed", or "auto", which tries all three; of tables too small for a trial
// the columns then go by their association.
VisitOrder choose_order(std::string_view visit, const Variables& variables, const TrainingStates& training,
                        const Growth& growth, const model::FitContext& context);

}  // namespace ctgan::synth::trees
