// What a private fit measures for its report alone, of a share of its budget: each attribute, and pairs as far as they are
// small, all with the same noise. Whoever has the model may see it.
#pragma once

#include <vector>

#include "server/synth/archive/archive.h"
#include "server/synth/marginal_methods/confidential_rows.h"
#include "server/synth/marginals/domain.h"
#include "server/synth/marginals/factor.h"

namespace ctgan::synth::marginal_methods {

struct PaidMarginals {
  std::vector<marginals::Factor>
      counts;        // with noise, and so perhaps negative; of codes as they are before any are merged
  double noise = 0;  // of each count: the mean of its absolute value, in rows
};

// Spends `share` of the accountant's total; nothing where that is 0. Which marginals are measured is known from the domain.
PaidMarginals measure_for_report(ConfidentialRows& rows, double share);

// The entries `reports` and `report_noise`, and the tensors of write_factors() (private_archive.h); nothing of none. Reading
// throws Error(bad_data) for what is wrong. `domain` is that of the codes.
void write_paid_marginals(const PaidMarginals& marginals, archive::Archive& out);
PaidMarginals read_paid_marginals(const archive::Archive& archive, const marginals::Domain& domain);

}  // namespace ctgan::synth::marginal_methods
