#include "server/synth/trees/state_set.h"

#include <algorithm>

#include "server/synth/random/random.h"
#include "tests/catch.h"

namespace {

using namespace ctgan::synth;
using trees::State;
using trees::StateSet;

// Against the definition, for sets and rows of all kinds.
TEST_CASE("a set of states counts and picks what is in it") {
  random::Stream random(3, random::StreamId::rows, 0);
  for (int round = 0; round < 200; ++round) {
    std::vector<State> chosen, rows;
    for (std::uint32_t i = random.next_below(8); i > 0; --i)
      chosen.push_back(static_cast<State>(random.next_below(12)));
    for (std::uint32_t i = random.next_below(30); i > 0; --i)
      rows.push_back(static_cast<State>(random.next_below(12)));
    std::sort(rows.begin(), rows.end());
    const StateSet set(chosen);
    std::vector<State> expected;
    for (const State row : rows)
      if (std::find(chosen.begin(), chosen.end(), row) != chosen.end()) expected.push_back(row);
    REQUIRE(set.empty() == chosen.empty());
    REQUIRE(set.count(rows) == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) REQUIRE(set.pick(rows, i) == expected[i]);
    const StateSet others = StateSet::all_but(12, chosen);
    for (State state = 0; state < 12; ++state) REQUIRE(set.contains(state) != others.contains(state));
    REQUIRE(set.and_in(others).empty());
    REQUIRE(set.and_in(StateSet::between(0, 11)) == set);
  }
}

TEST_CASE("neighbours in any order are one stretch") {
  CHECK(StateSet({4, 2, 3, 2}) == StateSet::between(2, 4));
  CHECK(StateSet({65'535}).contains(65'535));
}

}  // namespace
