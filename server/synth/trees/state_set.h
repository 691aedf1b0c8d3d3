// Some of a variable's states, as stretches of neighbours: the categories that a condition admits, or the numbers
// between two. Immutable once made; safe to share between threads.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "server/synth/trees/number_states.h"

namespace ctgan::synth::trees {

class StateSet {
 public:
  StateSet() = default;
  // In any order.
  explicit StateSet(std::vector<State> states);
  // Both among them. REQUIRES: first <= last.
  static StateSet between(State first, State last);
  // All below `end` but these.
  static StateSet all_but(std::size_t end, const std::vector<State>& states);

  bool empty() const { return stretches_.empty(); }
  bool contains(State state) const;
  StateSet and_in(const StateSet& other) const;
  // How many of some states, which ascend, are in the set.
  std::size_t count(std::span<const State> states) const;
  // Number `place` of these. REQUIRES: place < count(states).
  State pick(std::span<const State> states, std::size_t place) const;
  // A state of the set. REQUIRES: not empty.
  State any() const { return stretches_.front().first; }

  bool operator==(const StateSet&) const = default;

 private:
  std::vector<std::pair<State, State>> stretches_;  // ascending, apart from each other; both ends are in it
};

}  // namespace ctgan::synth::trees
