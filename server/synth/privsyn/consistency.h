// Noisy marginals made to agree with each other where they overlap, and to have no negative cell (Zhang et al. 2021,
// "PrivSyn", section 5.1, after Qardaji, Yang and Li 2014, "PriView"). Reads nothing but measurements: free.
#pragma once

#include <span>
#include <vector>

#include "server/synth/marginals/domain.h"
#include "server/synth/marginals/factor.h"
#include "server/synth/marginals/measurement.h"

namespace ctgan::synth::privsyn {

// A marginal for each measurement, with all cells at least 0 and `total` rows. What two of them have in common agrees up to
// what keeping cells from being negative moves in the last round. REQUIRES: total > 0.
std::vector<marginals::Factor> consistent_marginals(const marginals::Domain& domain,
                                                    std::span<const marginals::Measurement> measurements,
                                                    double total);

}  // namespace ctgan::synth::privsyn
