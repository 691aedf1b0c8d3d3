// Against the definition: every cut of every node is compared with all others, counted anew.
#include "server/synth/trees/tree_growing.h"

#include <algorithm>
#include <numeric>

#include "server/synth/random/random.h"
#include "tests/catch.h"

namespace {

using namespace ctgan::synth;
using trees::BinOfState;
using trees::Predictor;
using trees::State;
using trees::Tree;

struct World {
  std::vector<std::vector<State>> columns;
  std::vector<Predictor> predictors;
  std::vector<State> target;
  std::vector<std::uint16_t> ranks;
  std::size_t target_states = 0;

  trees::TreeTask task(std::size_t min_leaf) const {
    trees::TreeTask task;
    task.target = target;
    task.target_states = target_states;
    task.ranks = ranks;
    task.predictors = predictors;
    for (const auto& column : columns) task.predictor_states.emplace_back(column);
    task.min_leaf = min_leaf;
    return task;
  }
};

World random_world(std::size_t rows, bool numbers, std::uint64_t seed, std::uint32_t classes = 5) {
  random::Stream random(seed, random::StreamId::rows);
  World world;
  for (std::size_t p = 0; p < 3; ++p) {
    const std::uint32_t states = p == 0 ? 3 : p == 1 ? 12 : 200;
    world.columns.emplace_back();
    for (std::size_t row = 0; row < rows; ++row)
      world.columns.back().push_back(static_cast<State>(random.next_below(states)));
    world.predictors.push_back({p, BinOfState(states)});
    std::iota(world.predictors.back().bins.begin(), world.predictors.back().bins.end(), trees::Bin{0});
  }
  world.target_states = classes;
  for (std::size_t row = 0; row < rows; ++row) {
    const bool odd = world.columns[1][row] > 6 && world.columns[2][row] < 90;
    world.target.push_back(static_cast<State>(random.next_below(odd ? classes / 2 : classes)));
    if (numbers)
      world.ranks.push_back(static_cast<std::uint16_t>(1000 * world.target.back() + random.next_below(500)));
  }
  return world;
}

double impurity(const World& world, const std::vector<std::size_t>& rows) {
  const auto count = static_cast<double>(rows.size());
  if (world.ranks.empty()) {
    std::vector<double> classes(world.target_states);
    for (const std::size_t row : rows) ++classes[world.target[row]];
    double squares = 0;
    for (const double n : classes) squares += n * n;
    return count - squares / count;
  }
  double mean = 0, sum = 0;
  for (const std::size_t row : rows) mean += world.ranks[row] / count;
  for (const std::size_t row : rows) sum += (world.ranks[row] - mean) * (world.ranks[row] - mean);
  return sum;
}

struct Halves {
  std::vector<std::size_t> left, right;
};

Halves halves(const World& world, const std::vector<std::size_t>& rows, std::size_t predictor, int greatest) {
  Halves parts;
  for (const std::size_t row : rows)
    (world.predictors[predictor].bins[world.columns[predictor][row]] <= greatest ? parts.left : parts.right)
        .push_back(row);
  return parts;
}

double least_impurity(const World& world, const std::vector<std::size_t>& rows, std::size_t min_leaf) {
  double least = impurity(world, rows);
  for (std::size_t p = 0; p < world.predictors.size(); ++p)
    for (int bin = 0; bin < 255; ++bin) {
      const Halves parts = halves(world, rows, p, bin);
      if (parts.left.size() < min_leaf || parts.right.size() < min_leaf) continue;
      least = std::min(least, impurity(world, parts.left) + impurity(world, parts.right));
    }
  return least;
}

void check_node(const World& world, const Tree& tree, std::uint32_t at, const std::vector<std::size_t>& rows,
                std::size_t min_leaf) {
  const trees::Node& node = tree.nodes[at];
  const double before = impurity(world, rows);
  const double least = least_impurity(world, rows, min_leaf);
  if (node.is_leaf()) {
    CHECK(least >= before * (1 - 1e-6) - 1e-6);
    std::vector<State> states;
    for (const std::size_t row : rows) states.push_back(world.target[row]);
    std::sort(states.begin(), states.end());
    const auto leaf = tree.leaf(node.next);
    CHECK(std::vector<State>(leaf.begin(), leaf.end()) == states);
    return;
  }
  const Halves parts = halves(world, rows, node.predictor, node.greatest_left);
  CHECK(parts.left.size() >= min_leaf);
  CHECK(parts.right.size() >= min_leaf);
  CHECK(impurity(world, parts.left) + impurity(world, parts.right) == Approx(least).epsilon(1e-9));
  check_node(world, tree, node.next, parts.left, min_leaf);
  check_node(world, tree, node.next + 1, parts.right, min_leaf);
}

}  // namespace

TEST_CASE("every cut is the purest that leaves enough rows on either side, and a leaf has none") {
  for (const bool numbers : {false, true})
    for (const std::size_t min_leaf : {1U, 5U, 40U})
      for (const std::size_t rows : {1U, 2U, 60U, 300U}) {
        const World world = random_world(rows, numbers, 7 + rows);
        INFO((numbers ? "numbers, " : "classes, ") << rows << " rows, leaves of " << min_leaf);
        const Tree tree = grow(world.task(min_leaf), [] {});
        std::vector<std::size_t> all(rows);
        std::iota(all.begin(), all.end(), std::size_t{0});
        check_node(world, tree, 0, all, min_leaf);
      }
}

TEST_CASE("it is so of two classes and of many") {
  const auto check = [](std::size_t rows, std::uint32_t classes, std::size_t min_leaf) {
    const World world = random_world(rows, false, 11, classes);
    INFO(classes << " classes, " << rows << " rows, leaves of " << min_leaf);
    std::vector<std::size_t> all(rows);
    std::iota(all.begin(), all.end(), std::size_t{0});
    check_node(world, grow(world.task(min_leaf), [] {}), 0, all, min_leaf);
  };
  check(1000, 2, 10);
  check(1500, 20, 30);
  check(500, 300, 10);
}

TEST_CASE("squares of more rows than 31 bits hold are added up") {
  World world = random_world(60'000, false, 11, 3);
  for (std::size_t row = 0; row < 60'000; ++row) {
    world.columns[0][row] = row < 1000 ? 2 : 0;
    world.target[row] = static_cast<State>(row < 1000 ? 1 + row % 2 : 0);
  }
  const Tree tree = grow(world.task(600), [] {});
  CHECK(tree.nodes.size() == 3);
  CHECK(tree.nodes[0].predictor == 0);
  CHECK(tree.leaf(0).size() == 59'000);
}

TEST_CASE("rows of which nearly all have one bin are counted as others are") {
  World world = random_world(5000, true, 5);
  for (std::size_t row = 0; row < 4700; ++row) world.columns[2][row] = 0;
  std::vector<std::size_t> all(5000);
  std::iota(all.begin(), all.end(), std::size_t{0});
  check_node(world, grow(world.task(400), [] {}), 0, all, 400);
}

TEST_CASE("without predictors there is one leaf, of all states") {
  World world = random_world(50, false, 1);
  world.columns.clear();
  world.predictors.clear();
  const Tree tree = grow(world.task(5), [] {});
  CHECK(tree.nodes.size() == 1);
  CHECK(tree.leaf(0).size() == 50);
}

TEST_CASE("growing can be stopped") {
  struct Stop {};
  const World world = random_world(60'000, true, 3);
  int asked = 0;
  CHECK_THROWS_AS(grow(world.task(5),
                       [&asked] {
                         if (++asked == 3) throw Stop();
                       }),
                  Stop);
}
