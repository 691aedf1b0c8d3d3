#include "server/synth/trees/sequential_trees.h"

#include <algorithm>
#include <cmath>
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
  const trees::Given given = trees.prepare({{.variable = 4, .states = trees::StateSet({1})}});
  const States drawn = trees.draw_given(*small.variables, 6000, given, stream);
  REQUIRE(drawn[0].size() == 6000);
  CHECK(std::all_of(drawn[4].begin(), drawn[4].end(), [](State b) { return b == 1; }));
  // As in the table's rows with that b.
  std::vector<State> a_of_b;
  for (std::size_t row = 0; row < small.training.rows; ++row)
    if (small.training.states[4][row] == 1) a_of_b.push_back(small.training.states[0][row]);
  for (const auto& [state, share] : shares(a_of_b))
    CHECK(shares(drawn[0])[state] == Approx(share).margin(0.03));
}

TEST_CASE("states may be given of several variables, and ranges of numbers") {
  tests::SmallStates small(tests::linked_pairs_csv(3000));
  const SequentialTrees trees = grown(small, 1);
  const auto most = static_cast<State>((*small.variables)[5].states - 1);
  const auto middle = static_cast<State>(most / 2);
  const trees::Given given =
      trees.prepare({{.variable = 4, .states = trees::StateSet({1, 3})},
                     {.variable = 5, .states = trees::StateSet::between(middle, most)}});
  const States drawn = trees.draw_given(*small.variables, 4000, given, stream);
  CHECK(std::all_of(drawn[4].begin(), drawn[4].end(), [](State b) { return b == 1 || b == 3; }));
  CHECK(std::all_of(drawn[5].begin(), drawn[5].end(), [middle](State d) { return d >= middle; }));
  // Where d = 2 c + 0 or 1 is in its upper half, c is.
  const auto low_c = static_cast<State>((*small.variables)[1].states / 2 * 9 / 10);
  const auto below = std::count_if(drawn[1].begin(), drawn[1].end(), [low_c](State c) { return c < low_c; });
  CHECK(below < 200);
}

TEST_CASE("states too rare for their turn in a small block still come in every row") {
  std::string csv = "a,b,c\n";
  for (int i = 0; i < 4000; ++i)
    csv += "k" + std::to_string(i % 40) + ",v" + std::to_string(i * 7919 % 50) + "," +
           (i % 40 == 7 && i < 400 ? "rare" : "usual" + std::to_string(i % 3)) + "\n";
  tests::SmallStates small(csv);
  const SequentialTrees trees = grown(small, 1);
  const std::vector<State>& c = small.training.states[2];
  const State rare = c[7];
  const trees::Given given = trees.prepare({{.variable = 2, .states = trees::StateSet({rare})}});
  for (const std::size_t rows : {1U, 64U, 300U}) {
    const States drawn = trees.draw_given(*small.variables, rows, given, stream);
    REQUIRE(drawn[0].size() == rows);
    CHECK(std::count(drawn[2].begin(), drawn[2].end(), rare) == static_cast<std::ptrdiff_t>(rows));
  }
}

TEST_CASE("states that no leaf has leave the rows as they are in any sample") {
  tests::SmallStates small(tests::linked_pairs_csv(3000));
  const SequentialTrees trees = grown(small, 1);
  const trees::Given never = trees.prepare({{.variable = 4, .states = trees::StateSet({900})}});
  CHECK(trees.draw_given(*small.variables, 50, never, stream) == trees.draw(*small.variables, 50, stream));
}

namespace {

// Of all rows of the table: what `known` says of each of its variables, and nothing of the others.
trees::KnownStates known_of(const tests::SmallStates& small, const SequentialTrees& trees,
                            const std::vector<std::size_t>& known) {
  trees::KnownStates states;
  states.variables.resize(small.variables->size());
  for (std::size_t place = 0; place < trees.order().size(); ++place) {
    const std::size_t v = trees.order()[place];
    states.variables[v].marginal = trees.marginal(place);
    if (std::find(known.begin(), known.end(), v) == known.end()) continue;
    for (std::size_t state = 0; state < (*small.variables)[v].all_states(); ++state)
      states.variables[v].evidence.push_back(
          {trees::StateSet({static_cast<State>(state)}), static_cast<State>(state)});
    for (const State state : small.training.states[v]) states.variables[v].of_row.push_back(state);
  }
  return states;
}

}  // namespace

TEST_CASE("what is unknown is drawn as it is beside what is known, before and behind it") {
  tests::SmallStates small(tests::linked_pairs_csv(3000));
  const SequentialTrees trees = grown(small, 1);
  // b is drawn behind a, and says it; c is drawn before d.
  const trees::KnownStates known = known_of(small, trees, {1, 4});
  const States drawn = trees.complete(*small.variables, known, {.first = 0, .count = 3000}, stream);
  CHECK(drawn[1] == small.training.states[1]);
  CHECK(drawn[4] == small.training.states[4]);
  for (State b = 0; b < 5; ++b) {
    std::vector<State> real, made;
    for (std::size_t row = 0; row < 3000; ++row) {
      if (small.training.states[4][row] != b) continue;
      real.push_back(small.training.states[0][row]);
      made.push_back(drawn[0][row]);
    }
    for (const auto& [state, share] : shares(real)) CHECK(shares(made)[state] == Approx(share).margin(0.06));
  }
  double apart = 0;
  for (std::size_t row = 0; row < 3000; ++row)
    apart +=
        std::abs(static_cast<double>(drawn[5][row]) - static_cast<double>(small.training.states[5][row]));
  CHECK(apart / 3000 < 0.05 * static_cast<double>((*small.variables)[5].states));
}

TEST_CASE("rows of which all is known stay, and those of which nothing is are drawn as any") {
  tests::SmallStates small(tests::linked_pairs_csv(3000));
  const SequentialTrees trees = grown(small, 1);
  const States same = trees.complete(*small.variables, known_of(small, trees, {0, 1, 2, 3, 4, 5}),
                                     {.first = 100, .count = 50}, stream);
  for (std::size_t v = 0; v < 6; ++v)
    CHECK(std::equal(same[v].begin(), same[v].end(), small.training.states[v].begin() + 100));
  CHECK(trees.complete(*small.variables, known_of(small, trees, {}), {.first = 0, .count = 200}, stream) ==
        trees.draw(*small.variables, 200, stream));
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
