#include "server/synth/trees/sequential_trees.h"

#include <algorithm>
#include <map>

#include "server/synth/trees/visit_order.h"
#include "tests/catch.h"
#include "tests/server/synth/trees/small_states.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth;
using trees::SequentialTrees;
using trees::State;

using States = std::vector<std::vector<State>>;

SequentialTrees grown(tests::SmallStates& small, std::size_t trees, int threads = 2) {
  threads::ThreadPool pool(threads);
  return SequentialTrees::grow(
      *small.variables, small.training, trees::data_order(*small.variables),
      {.min_leaf = 20, .trees = trees, .seed = 9}, pool, [] {}, [](std::size_t) {});
}

random::Stream stream(std::size_t place) {
  return {11, random::StreamId::sampling, place};
}

// Shares of the states of one variable.
std::map<State, double> shares(const std::vector<State>& states) {
  std::map<State, double> found;
  for (const State state : states) found[state] += 1.0 / static_cast<double>(states.size());
  return found;
}

double share_alike(const States& states) {
  // Variables 0 and 4: the b of an a, by their codes in order of first appearance.
  std::map<std::pair<State, State>, double> together;
  for (std::size_t row = 0; row < states[0].size(); ++row) ++together[{states[0][row], states[4][row]}];
  double alike = 0;
  for (State a = 0; a < 5; ++a) {
    double most = 0;
    for (State b = 0; b < 5; ++b) most = std::max(most, together[{a, b}]);
    alike += most / static_cast<double>(states[0].size());
  }
  return alike;
}

}  // namespace

TEST_CASE("drawn rows have the table's shares, and what goes with what") {
  for (const std::size_t count : {1U, 4U}) {
    tests::SmallStates small(tests::linked_pairs_csv(3000));
    const States drawn = grown(small, count).draw(*small.variables, 20'000, stream);
    for (const std::size_t v : {0U, 2U, 4U})
      for (const auto& [state, share] : shares(small.training.states[v]))
        CHECK(shares(drawn[v])[state] == Approx(share).margin(0.02));
    CHECK(share_alike(drawn) == Approx(share_alike(small.training.states)).margin(0.02));
  }
}

TEST_CASE("a number is there in the rows that say so, and in no others") {
  tests::SmallStates small(tests::linked_pairs_csv(3000));
  const States drawn = grown(small, 1).draw(*small.variables, 5000, stream);
  const trees::Variable& e = (*small.variables)[3];
  REQUIRE(e.presence == 2U);
  for (std::size_t row = 0; row < 5000; ++row) CHECK((drawn[3][row] == e.absent()) == (drawn[2][row] != 0));
}

TEST_CASE("given states come in every row, with the rows before them that go with them") {
  tests::SmallStates small(tests::linked_pairs_csv(3000));
  const SequentialTrees trees = grown(small, 2);
  const States drawn = trees.draw_given(*small.variables, 6000, {.variable = 4, .states = {1}}, stream);
  REQUIRE(drawn[0].size() == 6000);
  CHECK(std::all_of(drawn[4].begin(), drawn[4].end(), [](State b) { return b == 1; }));
  // As in the table's rows with that b.
  std::vector<State> a_of_b;
  for (std::size_t row = 0; row < small.training.rows; ++row)
    if (small.training.states[4][row] == 1) a_of_b.push_back(small.training.states[0][row]);
  for (const auto& [state, share] : shares(a_of_b))
    CHECK(shares(drawn[0])[state] == Approx(share).margin(0.03));
}

TEST_CASE("trees are the same for any number of threads") {
  tests::SmallStates small(tests::linked_pairs_csv(3000));
  const SequentialTrees one = grown(small, 3, 1), four = grown(small, 3, 4);
  for (std::size_t place = 0; place < one.order().size(); ++place)
    for (std::size_t i = 0; i < one.forest(place).size(); ++i)
      CHECK(one.forest(place)[i].states == four.forest(place)[i].states);
}

TEST_CASE("every leaf of a single tree has the rows that were asked for") {
  tests::SmallStates small(tests::linked_pairs_csv(3000));
  const SequentialTrees trees = grown(small, 1);
  for (std::size_t place = 0; place < trees.order().size(); ++place) {
    const trees::Tree& tree = trees.forest(place).front();
    for (std::uint32_t leaf = 0; leaf + 1 < tree.leaf_starts.size(); ++leaf)
      CHECK(tree.leaf(leaf).size() >= 20);
  }
}
