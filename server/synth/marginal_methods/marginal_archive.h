// What the archive of a graphical model of marginals holds, and back: beside what private_archive.h says
//
//   entries   total       rows of the model, from noisy counts
//   tables    potential   of the model (graphical_model.h)
#pragma once

#include "server/synth/archive/archive.h"
#include "server/synth/graphical/graphical_model.h"
#include "server/synth/marginal_methods/private_archive.h"

namespace ctgan::synth::marginal_methods {

struct MarginalParts : PrivateParts {
  graphical::GraphicalModel model;
};

archive::Archive write_marginals(const MarginalParts& parts);

// Throws as read_private(), and Error(bad_data) for a model that needs more memory than any fit's.
MarginalParts read_marginals(const archive::Archive& archive);

}  // namespace ctgan::synth::marginal_methods
