// The sets of attributes whose marginals a synthetic table should have right, and those that may be measured for them.
#pragma once

#include <cstdint>
#include <vector>

#include "server/synth/marginals/domain.h"

namespace ctgan::synth::marginal_methods {

struct Candidate {
  marginals::AttributeSet attributes;
  // Attributes that it has in common with the sets of the workload, all together (McKenna et al. 2022, section 4.2).
  double weight = 0;
  std::uint64_t cells = 0;
};

// All sets of so many of the attributes 0 to attributes - 1, in ascending order.
std::vector<marginals::AttributeSet> sets_of_size(std::size_t attributes, std::size_t size);

// All pairs that can be measured, in ascending order: of two columns with thousands of codes each nothing could be learnt
// but noise.
std::vector<marginals::AttributeSet> measurable_pairs(const marginals::Domain& domain);

// Of the workload of all sets of `degree` attributes: these and all their subsets, as far as they have at most
// `most_cells` cells. One-way sets first, in the domain's order. REQUIRES: an attribute; degree > 0.
std::vector<Candidate> workload_candidates(const marginals::Domain& domain, std::size_t degree,
                                           std::uint64_t most_cells);

}  // namespace ctgan::synth::marginal_methods
