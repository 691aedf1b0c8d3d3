// What the archive of a PrivSyn model holds, and back: beside what marginal_methods/private_archive.h says
//
//   entries   total      rows of the model, from noisy counts
//   tables    marginal   consistent marginals that rows are drawn from
#pragma once

#include <vector>

#include "server/synth/archive/archive.h"
#include "server/synth/marginal_methods/private_archive.h"

namespace ctgan::synth::privsyn {

struct PrivsynParts : marginal_methods::PrivateParts {
  std::vector<marginals::Factor> marginals;
  double total = 1;
};

archive::Archive write_privsyn(const PrivsynParts& parts);

// Throws as read_private(), and Error(bad_data) for marginals that rows cannot be drawn from.
PrivsynParts read_privsyn(const archive::Archive& archive);

}  // namespace ctgan::synth::privsyn
