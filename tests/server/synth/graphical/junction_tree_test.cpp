#include "server/synth/graphical/junction_tree.h"

#include <algorithm>
#include <set>

#include "server/synth/graphical/calibration.h"
#include "server/synth/random/random.h"
#include "tests/catch.h"

namespace {

using namespace ctgan::synth;
using graphical::Attribute;
using graphical::AttributeSet;
using graphical::Domain;
using graphical::JunctionTree;

struct RandomGraph {
  Domain domain;
  std::vector<AttributeSet> cliques;
};

RandomGraph random_graph(std::uint64_t seed, std::uint32_t attributes) {
  random::Stream random(seed, random::StreamId::rows);
  std::vector<std::size_t> sizes;
  for (std::uint32_t a = 0; a < attributes; ++a) sizes.push_back(1 + random.next_below(5));
  RandomGraph graph{Domain(sizes), {}};
  const std::uint32_t cliques = random.next_below(2 * attributes);
  for (std::uint32_t clique = 0; clique < cliques; ++clique) {
    std::vector<Attribute> members;
    for (std::uint32_t i = 0; i < 1 + random.next_below(3); ++i)
      members.push_back(random.next_below(attributes));
    graph.cliques.emplace_back(members);
  }
  return graph;
}

// The cliques that have an attribute are connected: all but one of them have a parent that has it too.
bool has_running_intersection(const JunctionTree& tree, Attribute attribute) {
  std::size_t tops = 0;
  for (const JunctionTree::Clique& clique : tree.cliques) {
    if (!clique.attributes.contains(attribute)) continue;
    const bool is_top = clique.parent == JunctionTree::k_no_parent ||
                        !tree.cliques[clique.parent].attributes.contains(attribute);
    tops += is_top ? 1 : 0;
    if (clique.separator.contains(attribute) == is_top) return false;
  }
  return tops == 1;
}

}  // namespace

TEST_CASE("junction trees of random graphs have the running intersection property and every clique") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    const RandomGraph graph = random_graph(seed, 2 + seed % 70);
    const JunctionTree tree = graphical::junction_tree(graph.domain, graph.cliques, {.restarts = seed % 3});
    for (Attribute a = 0; a < graph.domain.attributes(); ++a) CHECK(has_running_intersection(tree, a));
    for (const AttributeSet& clique : graph.cliques)
      CHECK(tree.clique_with(graph.domain, clique).has_value());
    for (std::size_t clique = 1; clique < tree.cliques.size(); ++clique) {
      REQUIRE(tree.cliques[clique].parent < clique);
      CHECK(intersection_of(tree.cliques[clique].attributes,
                            tree.cliques[tree.cliques[clique].parent].attributes) ==
            tree.cliques[clique].separator);
      for (std::size_t other = 0; other < clique; ++other) {
        CHECK_FALSE(tree.cliques[other].attributes.contains(tree.cliques[clique].attributes));
        CHECK_FALSE(tree.cliques[clique].attributes.contains(tree.cliques[other].attributes));
      }
    }
    CHECK(std::set<Attribute>(tree.elimination_order.begin(), tree.elimination_order.end()).size() ==
          graph.domain.attributes());
  }
}

TEST_CASE("the size that is computed without a tree is that of the tree") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    const RandomGraph graph = random_graph(seed, 8);
    const graphical::EliminationSearch search{.restarts = 2, .seed = seed};
    const JunctionTree tree = graphical::junction_tree(graph.domain, graph.cliques, search);
    CHECK(graphical::junction_tree_cells(graph.domain, graph.cliques, search) == tree.cells);
    CHECK(graphical::Calibration(graph.domain, tree).cells() == tree.cells);
  }
}

TEST_CASE("a ring of attributes becomes cliques of three, and restarts never cost cells") {
  const Domain domain({5, 4, 3, 2, 6});
  const std::vector<AttributeSet> ring = {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {0, 4}};
  const JunctionTree tree = graphical::junction_tree(domain, ring);
  CHECK(tree.cliques.size() == 3);
  // 2 first: it makes 4 x 3 x 2 cells; then 1, of 5 x 4 x 2; 0, 3 and 4 are left.
  CHECK(tree.cells == 24 + 40 + 60);
  CHECK(graphical::junction_tree_cells(domain, ring, {.restarts = 20}) <= tree.cells);
}

TEST_CASE("a junction tree too large to be counted says so") {
  const Domain domain(std::vector<std::size_t>(40, 1000));
  std::vector<AttributeSet> pairs;
  for (Attribute a = 0; a < 40; ++a)
    for (Attribute b = 0; b < a; ++b) pairs.push_back({a, b});
  CHECK(graphical::junction_tree_cells(domain, pairs) == marginals::k_too_many_cells);
  CHECK(graphical::junction_tree(domain, pairs).cells == marginals::k_too_many_cells);
}

TEST_CASE("sizes are in units of 2^20 bytes") {
  CHECK(graphical::megabytes(1U << 17U) == 1);
}
