#include "server/synth/trees/state_set.h"

#include <algorithm>

namespace ctgan::synth::trees {
namespace {

using Part = std::span<const State>;

Part part_between(Part states, State first, State last) {
  const auto* const data = states.data();
  const auto* const low = std::lower_bound(data, data + states.size(), first);
  const auto* const high = std::upper_bound(low, data + states.size(), last);
  return {low, high};
}

}  // namespace

StateSet::StateSet(std::vector<State> states) {
  std::sort(states.begin(), states.end());
  for (const State state : states) {
    if (!stretches_.empty() && state <= stretches_.back().second + 1)
      stretches_.back().second = state;
    else
      stretches_.emplace_back(state, state);
  }
}

StateSet StateSet::between(State first, State last) {
  StateSet set;
  set.stretches_.emplace_back(first, last);
  return set;
}

StateSet StateSet::all_but(std::size_t end, const std::vector<State>& states) {
  std::vector<State> others;
  for (std::size_t state = 0; state < end; ++state)
    if (std::find(states.begin(), states.end(), state) == states.end())
      others.push_back(static_cast<State>(state));
  return StateSet(std::move(others));
}

bool StateSet::contains(State state) const {
  return std::any_of(stretches_.begin(), stretches_.end(),
                     [state](const auto& s) { return s.first <= state && state <= s.second; });
}

StateSet StateSet::and_in(const StateSet& other) const {
  StateSet both;
  for (const auto& [first, last] : stretches_) {
    for (const auto& [other_first, other_last] : other.stretches_) {
      const State low = std::max(first, other_first), high = std::min(last, other_last);
      if (low <= high) both.stretches_.emplace_back(low, high);
    }
  }
  return both;
}

std::size_t StateSet::count(Part states) const {
  std::size_t found = 0;
  for (const auto& [first, last] : stretches_) found += part_between(states, first, last).size();
  return found;
}

State StateSet::pick(Part states, std::size_t place) const {
  for (const auto& [first, last] : stretches_) {
    const Part part = part_between(states, first, last);
    if (place < part.size()) return part[place];
    place -= part.size();
  }
  return any();
}

}  // namespace ctgan::synth::trees
