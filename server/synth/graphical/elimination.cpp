#include "server/synth/graphical/elimination.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <tuple>
#include <utility>

#include "server/synth/random/random.h"

namespace ctgan::synth::graphical {
namespace {

// Which attributes stand together in a clique; attributes are taken out one by one. A word has 64 attributes.
class InteractionGraph {
 public:
  InteractionGraph(const Domain& domain, std::span<const AttributeSet> cliques)
      : domain_(domain),
        words_((domain.attributes() + 63) / 64),
        bits_(domain.attributes() * words_),
        cost_(domain.attributes()) {
    for (const AttributeSet& clique : cliques)
      for (const Attribute a : clique)
        for (const Attribute b : clique) set(a, b);
    for (Attribute a = 0; a < domain.attributes(); ++a) {
      set(a, a);
      cost_[a] = cost_of(a);
    }
  }

  // Of the clique that eliminating it would make; as doubles, since products of many sizes fit in no integer.
  double cost(Attribute attribute) const { return cost_[attribute]; }

  // The attribute and its neighbours, as bits.
  std::span<const std::uint64_t> clique(Attribute attribute) const {
    return {bits_.data() + attribute * words_, words_};
  }

  // Joins the attribute's neighbours and takes it out.
  void eliminate(Attribute attribute) {
    const std::vector<std::uint64_t> joined(clique(attribute).begin(), clique(attribute).end());
    std::uint64_t* const own = bits_.data() + attribute * words_;
    own[attribute / 64] &= ~bit(attribute);
    for_each(joined, [&](Attribute neighbour) {
      std::uint64_t* const row = bits_.data() + neighbour * words_;
      for (std::size_t word = 0; word < words_; ++word) row[word] |= joined[word];
      row[attribute / 64] &= ~bit(attribute);
    });
    for_each(joined, [&](Attribute neighbour) { cost_[neighbour] = cost_of(neighbour); });
  }

  template <typename Use>
  static void for_each(std::span<const std::uint64_t> bits, const Use& use) {
    for (std::size_t word = 0; word < bits.size(); ++word)
      for (std::uint64_t rest = bits[word]; rest != 0; rest &= rest - 1)
        use(static_cast<Attribute>(64 * word + static_cast<std::size_t>(std::countr_zero(rest))));
  }

 private:
  static std::uint64_t bit(Attribute attribute) { return std::uint64_t{1} << (attribute % 64); }
  void set(Attribute a, Attribute b) { bits_[a * words_ + b / 64] |= bit(b); }

  double cost_of(Attribute attribute) const {
    double cells = 1;
    for_each(clique(attribute), [&](Attribute a) { cells *= static_cast<double>(domain_.size(a)); });
    return cells;
  }

  const Domain& domain_;
  std::size_t words_;
  std::vector<std::uint64_t> bits_;
  std::vector<double> cost_;
};

using CliqueBits = std::vector<std::uint64_t>;

bool is_within(std::span<const std::uint64_t> small, const CliqueBits& large) {
  for (std::size_t word = 0; word < large.size(); ++word)
    if ((small[word] & ~large[word]) != 0) return false;
  return true;
}

AttributeSet attributes_of(const CliqueBits& bits) {
  std::vector<Attribute> attributes;
  InteractionGraph::for_each(bits, [&](Attribute a) { attributes.push_back(a); });
  return AttributeSet(std::move(attributes));
}

// `spread` gives the factor of a cost.
template <typename Spread>
Elimination eliminate_once(const Domain& domain, InteractionGraph graph, const Spread& spread) {
  Elimination found;
  std::vector<CliqueBits> maximal;
  std::vector<Attribute> left;
  for (Attribute a = 0; a < domain.attributes(); ++a) left.push_back(a);
  while (!left.empty()) {
    std::size_t cheapest = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t at = 0; at < left.size(); ++at) {
      const double cost = graph.cost(left[at]) * spread();
      if (cost < least) std::tie(least, cheapest) = std::pair(cost, at);
    }
    const Attribute next = left[cheapest];
    const std::span<const std::uint64_t> clique = graph.clique(next);
    if (std::none_of(maximal.begin(), maximal.end(),
                     [&](const CliqueBits& c) { return is_within(clique, c); }))
      maximal.emplace_back(clique.begin(), clique.end());
    graph.eliminate(next);
    found.order.push_back(next);
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(cheapest));
  }
  for (const CliqueBits& bits : maximal) {
    found.cliques.push_back(attributes_of(bits));
    found.cells = marginals::sum_of_cells(found.cells, domain.cells(found.cliques.back()));
  }
  return found;
}

}  // namespace

Elimination eliminate(const Domain& domain, std::span<const AttributeSet> cliques,
                      const EliminationSearch& search) {
  const InteractionGraph graph(domain, cliques);
  Elimination best = eliminate_once(domain, graph, [] { return 1.0; });
  for (std::size_t restart = 0; restart < search.restarts; ++restart) {
    random::Stream random(search.seed, random::StreamId::elimination, restart);
    Elimination other = eliminate_once(domain, graph, [&] { return 1 + random.next_double(); });
    if (other.cells < best.cells) best = std::move(other);
  }
  return best;
}

}  // namespace ctgan::synth::graphical
