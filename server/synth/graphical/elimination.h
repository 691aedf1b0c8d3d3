// In which order attributes are summed out of a product of cliques, and the cliques that this makes of them: the
// triangulation of the interaction graph (Koller and Friedman 2009, "Probabilistic graphical models", section 9.4.3).
// Greedy: next is the attribute whose neighbours, joined with it, have the fewest cells; of several the first.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "server/synth/marginals/attribute_set.h"
#include "server/synth/marginals/domain.h"

namespace ctgan::synth::graphical {

using marginals::Attribute;
using marginals::AttributeSet;
using marginals::Domain;

// How long a good order is looked for. The same search finds the same order.
struct EliminationSearch {
  // Further orders, in which costs are multiplied by random numbers of 1 to 2; the one with the fewest cells is
  // kept, the greedy one where none has fewer.
  std::size_t restarts = 0;
  std::uint64_t seed = 0;
};

struct Elimination {
  std::vector<Attribute> order;       // each attribute of the domain once
  std::vector<AttributeSet> cliques;  // those that no other contains, as they come up
  std::uint64_t cells = 0;            // of all of them, or k_too_many_cells
};

// REQUIRES: cliques have attributes of the domain. An attribute that is in none of them is a clique of its own.
Elimination eliminate(const Domain& domain, std::span<const AttributeSet> cliques,
                      const EliminationSearch& search = {});

}  // namespace ctgan::synth::graphical
