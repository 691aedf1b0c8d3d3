// Marginals of attributes that no clique has all of.
#pragma once

#include "server/synth/graphical/graphical_model.h"

namespace ctgan::synth::graphical {

// Towards the clique that has most of them, each clique is multiplied with what the ones behind it say of the
// attributes asked for, and summed over all that nobody needs further on (Koller and Friedman 2009, section 10.3.3.2).
// Cliques behind which there is nothing new are left out. Attributes from further away are gone through code by code,
// so that it takes no more memory than a clique and its messages. Throws Error(bad_data) for messages of too many
// cells.
Factor eliminate_to(const GraphicalModel& model, const AttributeSet& attributes);

}  // namespace ctgan::synth::graphical
