#include "server/synth/graphical/junction_tree.h"

#include <utility>

namespace ctgan::synth::graphical {
namespace {

// A clique that is not in the tree yet, and the best place for it.
struct Candidate {
  AttributeSet attributes;
  AttributeSet separator = {};
  std::size_t parent = 0;
};

void offer_parent(const AttributeSet& attributes, std::size_t parent, std::vector<Candidate>& candidates) {
  for (Candidate& candidate : candidates) {
    AttributeSet separator = intersection_of(candidate.attributes, attributes);
    if (separator.size() <= candidate.separator.size()) continue;
    candidate.separator = std::move(separator);
    candidate.parent = parent;
  }
}

std::size_t best_of(const std::vector<Candidate>& candidates) {
  std::size_t best = 0;
  for (std::size_t at = 1; at < candidates.size(); ++at)
    if (candidates[at].separator.size() > candidates[best].separator.size()) best = at;
  return best;
}

// Prim's algorithm.
std::vector<JunctionTree::Clique> spanning_tree(std::vector<AttributeSet> cliques) {
  std::vector<JunctionTree::Clique> tree(1);
  tree.front().attributes = std::move(cliques.front());
  std::vector<Candidate> candidates;
  for (std::size_t at = 1; at < cliques.size(); ++at) candidates.push_back({std::move(cliques[at])});
  while (!candidates.empty()) {
    offer_parent(tree.back().attributes, tree.size() - 1, candidates);
    const std::size_t best = best_of(candidates);
    Candidate& next = candidates[best];
    tree.push_back({std::move(next.attributes), std::move(next.separator), next.parent});
    candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(best));
  }
  return tree;
}

}  // namespace

std::optional<std::size_t> JunctionTree::clique_with(const Domain& domain,
                                                     const AttributeSet& attributes) const {
  std::optional<std::size_t> found;
  std::uint64_t least = 0;
  for (std::size_t clique = 0; clique < cliques.size(); ++clique) {
    if (!cliques[clique].attributes.contains(attributes)) continue;
    const std::uint64_t own = domain.cells(cliques[clique].attributes);
    if (found && own >= least) continue;
    found = clique;
    least = own;
  }
  return found;
}

JunctionTree junction_tree(const Domain& domain, std::span<const AttributeSet> cliques,
                           const EliminationSearch& search) {
  Elimination elimination = eliminate(domain, cliques, search);
  // Rows without attributes are one clique, which has one cell.
  if (elimination.cliques.empty()) elimination = {{}, {AttributeSet{}}, 1};
  return {spanning_tree(std::move(elimination.cliques)), std::move(elimination.order), elimination.cells};
}

std::uint64_t junction_tree_cells(const Domain& domain, std::span<const AttributeSet> cliques,
                                  const EliminationSearch& search) {
  return domain.attributes() == 0 ? 1 : eliminate(domain, cliques, search).cells;
}

double megabytes(std::uint64_t cells) {
  return static_cast<double>(cells) * sizeof(double) / 0x1p20;
}

}  // namespace ctgan::synth::graphical
