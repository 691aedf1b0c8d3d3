// Which marginals PrivSyn measures (Zhang et al. 2021, "PrivSyn: differentially private data synthesis", USENIX Security,
// sections 4.1 to 4.3): pairs whose dependence is worth their noise, and where such pairs overlap completely, one larger
// marginal in place of them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "server/synth/marginals/domain.h"

namespace ctgan::synth::privsyn {

using marginals::AttributeSet;

// A pair with its InDif: how far it is from independence (L1), with noise, in what a unit of privacy has of rows.
struct ScoredPair {
  AttributeSet pair;
  double dependence = 0;
};

// The pairs that are worth measuring with `rho` together, and for an attribute that none of them has its most dependent
// one. `attributes`: as many as the domain has.
std::vector<AttributeSet> chosen_pairs(const marginals::Domain& domain, std::span<const ScoredPair> scored,
                                       double rho);

// The pairs, of which all that lie in a clique of their graph become one set of the clique's attributes: largest cliques
// first, each with at most two attributes of any set before, at most `most_cells` cells, and no more noise than its pairs
// have together. (The published method looks at cells alone; where these are many it adds noise: docs/decisions.md.)
std::vector<AttributeSet> combined(const marginals::Domain& domain, const std::vector<AttributeSet>& pairs,
                                   std::uint64_t most_cells);

}  // namespace ctgan::synth::privsyn
