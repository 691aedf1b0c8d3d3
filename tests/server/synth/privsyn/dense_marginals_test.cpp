#include "server/synth/privsyn/dense_marginals.h"

#include <algorithm>

#include "tests/catch.h"

using namespace ctgan::synth;
using namespace ctgan::synth::privsyn;
using marginals::Domain;

namespace {

using Sets = std::vector<AttributeSet>;

Sets sorted(Sets sets) {
  std::sort(sets.begin(), sets.end());
  return sets;
}

}  // namespace

TEST_CASE("pairs are chosen that depend on each other by more than their noise") {
  const Domain domain({4, 4, 4, 4});
  const std::vector<ScoredPair> scored{{{0, 1}, 900}, {{2, 3}, 700}, {{0, 2}, 3}, {{1, 3}, -8}, {{0, 3}, 1}};
  // 16 cells of a marginal of rho 0.005 have a noise of about 130 rows in all.
  CHECK(sorted(chosen_pairs(domain, scored, 0.01)) == Sets{{0, 1}, {2, 3}});
}

TEST_CASE("an attribute that depends on nothing gets its most dependent partner") {
  const Domain domain({4, 4, 4});
  const std::vector<ScoredPair> scored{{{0, 1}, 900}, {{0, 2}, 2}, {{1, 2}, 5}};
  CHECK(sorted(chosen_pairs(domain, scored, 0.01)) == Sets{{0, 1}, {1, 2}});
  CHECK(chosen_pairs(Domain({4}), {}, 0.01).empty());
}

TEST_CASE("pairs of a clique become one marginal where that has no more noise") {
  // Of two codes each: 8 cells, with 4 units of noise for 7.6 of the pairs.
  CHECK(combined(Domain({2, 2, 2}), {{0, 1}, {0, 2}, {1, 2}}, 5000) == Sets{{0, 1, 2}});
  // Of ten codes each: 100 units for 64.6.
  CHECK(combined(Domain({10, 10, 10}), {{0, 1}, {0, 2}, {1, 2}}, 5000).size() == 3);
  // A path is no clique.
  CHECK(combined(Domain({2, 2, 2}), {{0, 1}, {1, 2}}, 5000) == Sets{{0, 1}, {1, 2}});
}

TEST_CASE("the largest cliques come first, share two attributes at most and have few enough cells") {
  const Domain domain(std::vector<std::size_t>(5, 2));
  Sets all;
  for (marginals::Attribute a = 0; a < 5; ++a)
    for (marginals::Attribute b = a + 1; b < 5; ++b) all.push_back({a, b});
  CHECK(combined(domain, all, 5000) == Sets{{0, 1, 2, 3, 4}});
  for (const AttributeSet& set : combined(domain, all, 16)) CHECK(domain.cells(set) <= 16);
  const Sets apart = combined(domain, all, 8);
  for (std::size_t i = 0; i < apart.size(); ++i)
    for (std::size_t j = i + 1; j < apart.size(); ++j) CHECK(intersection_of(apart[i], apart[j]).size() <= 2);
  // Every pair is somewhere.
  for (const AttributeSet& pair : all)
    CHECK(
        std::any_of(apart.begin(), apart.end(), [&](const AttributeSet& set) { return set.contains(pair); }));
}
