// The tree of cliques along which beliefs are passed: maximal cliques of a triangulated graph, joined so that
// separators are as large as can be, whereby the cliques of any attribute are connected (Koller and Friedman 2009,
// section 10.4.2: a spanning tree of greatest weight has the running intersection property). Parts of the graph that
// know nothing of each other are joined by empty separators, so that there is one root.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "server/synth/graphical/elimination.h"

namespace ctgan::synth::graphical {

struct JunctionTree {
  static constexpr std::size_t k_no_parent = std::numeric_limits<std::size_t>::max();

  struct Clique {
    AttributeSet attributes;
    AttributeSet separator = {};       // what it shares with its parent; empty at the root
    std::size_t parent = k_no_parent;  // its place in `cliques`
  };

  std::vector<Clique> cliques;               // the root first, parents before their children; at least one
  std::vector<Attribute> elimination_order;  // each attribute of the domain once
  std::uint64_t cells = 0;                   // of all cliques, or k_too_many_cells

  // The clique with the fewest cells that has all of them; the first of several.
  std::optional<std::size_t> clique_with(const Domain& domain, const AttributeSet& attributes) const;
};

// Allocates nothing that grows with cells. REQUIRES: as eliminate().
JunctionTree junction_tree(const Domain& domain, std::span<const AttributeSet> cliques,
                           const EliminationSearch& search = {});

// What junction_tree() would have, without making it: for many candidates of which one is taken.
std::uint64_t junction_tree_cells(const Domain& domain, std::span<const AttributeSet> cliques,
                                  const EliminationSearch& search = {});

// Of a table of doubles, in units of 2^20 bytes: the "JT-SIZE" of McKenna et al. 2022 ("AIM"), section 4.
double megabytes(std::uint64_t cells);

}  // namespace ctgan::synth::graphical
