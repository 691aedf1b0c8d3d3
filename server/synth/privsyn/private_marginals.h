// PrivSyn's part that spends: what it measures of confidential rows, and the marginals that come of it (Zhang et al. 2021,
// "PrivSyn", algorithm 1). A third of the budget for one-way marginals (there a tenth; docs/decisions.md), a tenth for the
// dependence of all pairs, the rest for the marginals that are chosen by it.
//
// The dependence of a pair is measured against the noisy one-way marginals, which are known already: a row changes it by 1,
// not by 4 as where both are exact (section 4.1).
#pragma once

#include <cstdint>
#include <vector>

#include "server/synth/marginal_methods/measured_model.h"
#include "server/synth/marginals/factor.h"

namespace ctgan::synth::privsyn {

struct PrivateMarginals {
  std::vector<marginal_methods::MergedCodes> merged;  // one an attribute
  std::vector<marginals::Factor> marginals;  // consistent, of merged codes; every attribute is in one
  double total = 1;                          // rows, from noisy counts
};

// Spends all that the accountant of the rows has. `most_cells`: of a marginal that pairs are combined to. REQUIRES: at
// least one attribute.
PrivateMarginals measure_marginals(marginal_methods::ConfidentialRows& rows, std::uint64_t most_cells,
                                   const model::FitContext& context);

}  // namespace ctgan::synth::privsyn
