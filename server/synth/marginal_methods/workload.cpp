#include "server/synth/marginal_methods/workload.h"

#include <algorithm>
#include <cmath>

namespace ctgan::synth::marginal_methods {
namespace {

using marginals::Attribute;
using marginals::AttributeSet;

// Of a workload of all sets of `degree` attributes each attribute is in as many.
double sets_with_one(std::size_t attributes, std::size_t degree) {
  double count = 1;
  for (std::size_t i = 1; i < degree; ++i)
    count *= static_cast<double>(attributes - i) / static_cast<double>(i);
  return count;
}

}  // namespace

std::vector<AttributeSet> sets_of_size(std::size_t attributes, std::size_t size) {
  std::vector<AttributeSet> sets;
  std::vector<Attribute> ids(size);
  const auto extend = [&](const auto& self, std::size_t place, Attribute first) -> void {
    if (place == size) {
      sets.emplace_back(ids);
      return;
    }
    for (Attribute id = first; id < attributes; ++id) {
      ids[place] = id;
      self(self, place + 1, id + 1);
    }
  };
  extend(extend, 0, 0);
  return sets;
}

std::vector<AttributeSet> measurable_pairs(const marginals::Domain& domain) {
  constexpr std::uint64_t k_most_cells = std::uint64_t{1} << 22U;
  std::vector<AttributeSet> pairs = sets_of_size(domain.attributes(), 2);
  std::erase_if(pairs, [&](const AttributeSet& pair) { return domain.cells(pair) > k_most_cells; });
  return pairs;
}

std::vector<Candidate> workload_candidates(const marginals::Domain& domain, std::size_t degree,
                                           std::uint64_t most_cells) {
  const std::size_t widest = std::min(degree, domain.attributes());
  const double each = sets_with_one(domain.attributes(), widest);
  std::vector<Candidate> candidates;
  for (std::size_t size = 1; size <= widest; ++size)
    for (AttributeSet& set : sets_of_size(domain.attributes(), size)) {
      const std::uint64_t cells = domain.cells(set);
      if (size > 1 && cells > most_cells) continue;
      candidates.push_back({std::move(set), each * static_cast<double>(size), cells});
    }
  return candidates;
}

}  // namespace ctgan::synth::marginal_methods
