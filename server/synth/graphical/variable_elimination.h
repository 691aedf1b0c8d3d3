// Marginals of attributes that no clique has all of.
#pragma once

#include "server/synth/graphical/graphical_model.h"

namespace ctgan::synth::graphical {

// From below upwards each clique is multiplied with what its children say of the attributes asked for, and summed
// over all that nobody needs further up (Koller and Friedman 2009, section 10.3.3.2). Cliques below which there is
// nothing new are left out. Throws Error(bad_data) for products of too many cells.
Factor eliminate_to(const GraphicalModel& model, const AttributeSet& attributes);

}  // namespace ctgan::synth::graphical
