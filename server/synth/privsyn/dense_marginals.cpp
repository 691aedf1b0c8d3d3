#include "server/synth/privsyn/dense_marginals.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "server/synth/marginal_methods/allocation.h"

namespace ctgan::synth::privsyn {
namespace {

using marginals::Attribute;
using marginals::Domain;

// What a marginal adds to all noise where a budget is divided in the best way: the sum of these to the power of 3/2
// (marginal_methods/allocation.h).
double cost_of(const Domain& domain, const AttributeSet& set) {
  return std::cbrt(std::pow(static_cast<double>(domain.cells(set)), 2));
}

// Whether a clique is measured with no more noise than its pairs.
bool is_worth(const Domain& domain, const AttributeSet& clique) {
  double pairs = 0;
  for (const Attribute a : clique)
    for (const Attribute b : clique)
      if (a < b) pairs += cost_of(domain, {a, b});
  return cost_of(domain, clique) <= pairs;
}

// More cliques than are ever needed: of graphs so dense that all of them cannot be looked at.
constexpr std::size_t k_most_cliques = 200'000;

// Cliques of three attributes and more, as far as they have few enough cells.
class Cliques {
 public:
  Cliques(const Domain& domain, const std::vector<AttributeSet>& pairs, std::uint64_t most_cells)
      : domain_(domain), pairs_(pairs.begin(), pairs.end()), most_cells_(most_cells) {}

  std::vector<AttributeSet> find() {
    std::vector<AttributeSet> pairs(pairs_.begin(), pairs_.end());
    for (const AttributeSet& pair : pairs) grow(pair);
    return std::move(found_);
  }

 private:
  // By attributes behind its last one, so that each clique comes up once.
  void grow(const AttributeSet& clique) {
    for (Attribute next = clique[clique.size() - 1] + 1; next < domain_.attributes(); ++next) {
      const bool is_clique = std::all_of(clique.begin(), clique.end(), [&](Attribute a) {
        return pairs_.contains(AttributeSet{a, next});
      });
      if (!is_clique || found_.size() >= k_most_cliques) continue;
      AttributeSet grown = union_of(clique, AttributeSet{next});
      if (domain_.cells(grown) > most_cells_) continue;
      found_.push_back(grown);
      grow(grown);
    }
  }

  const Domain& domain_;
  std::set<AttributeSet> pairs_;
  std::uint64_t most_cells_;
  std::vector<AttributeSet> found_;
};

}  // namespace

std::vector<AttributeSet> chosen_pairs(const Domain& domain, std::span<const ScoredPair> scored, double rho) {
  std::vector<marginal_methods::Measurable> measurable;
  for (const ScoredPair& one : scored)
    measurable.push_back({one.dependence, static_cast<double>(domain.cells(one.pair))});
  std::vector<AttributeSet> pairs;
  std::vector<bool> is_in_pair(domain.attributes());
  const auto take = [&](const AttributeSet& pair) {
    for (const Attribute a : pair) is_in_pair[a] = true;
    pairs.push_back(pair);
  };
  for (const auto& share : marginal_methods::allocate(measurable, rho).shares) take(scored[share.place].pair);
  for (Attribute a = 0; a < domain.attributes(); ++a) {
    if (is_in_pair[a]) continue;
    const ScoredPair* best = nullptr;
    for (const ScoredPair& one : scored)
      if (one.pair.contains(a) && (best == nullptr || one.dependence > best->dependence)) best = &one;
    if (best != nullptr) take(best->pair);
  }
  return pairs;
}

std::vector<AttributeSet> combined(const Domain& domain, const std::vector<AttributeSet>& pairs,
                                   std::uint64_t most_cells) {
  constexpr std::size_t k_most_shared = 2;
  std::vector<AttributeSet> cliques = Cliques(domain, pairs, most_cells).find();
  std::stable_sort(cliques.begin(), cliques.end(),
                   [](const AttributeSet& a, const AttributeSet& b) { return a.size() > b.size(); });
  std::vector<AttributeSet> sets;
  for (AttributeSet& clique : cliques) {
    const bool overlaps = std::any_of(sets.begin(), sets.end(), [&](const AttributeSet& set) {
      return intersection_of(set, clique).size() > k_most_shared;
    });
    if (!overlaps && is_worth(domain, clique)) sets.push_back(std::move(clique));
  }
  for (const AttributeSet& pair : pairs) {
    const bool is_inside =
        std::any_of(sets.begin(), sets.end(), [&](const AttributeSet& set) { return set.contains(pair); });
    if (!is_inside) sets.push_back(pair);
  }
  return sets;
}

}  // namespace ctgan::synth::privsyn
