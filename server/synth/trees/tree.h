// A grown tree: from the states of other variables to the states that one variable has beside them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "server/synth/trees/number_states.h"

namespace ctgan::synth::trees {

// Of a predictor's states: an ordered cut into at most 256 pieces, by which trees split.
using Bin = std::uint8_t;
using BinOfState = std::vector<Bin>;

struct Node {
  static constexpr std::uint16_t k_leaf = 0xffff;

  std::uint16_t predictor = k_leaf;  // an index into Tree::predictors
  Bin greatest_left = 0;             // rows with this bin or a lower one go left
  std::uint32_t next = 0;            // the left child, the right one behind it; of a leaf its number

  bool is_leaf() const { return predictor == k_leaf; }
};

struct Predictor {
  std::size_t variable = 0;
  BinOfState bins;  // of the variable's states; the order of categories is the tree's own
};

struct Tree {
  std::vector<Predictor> predictors;
  std::vector<Node> nodes;                 // the root first, children behind their parents
  std::vector<std::uint32_t> leaf_starts;  // in `states`, one a leaf and one more
  std::vector<State> states;               // of the training rows of each leaf, ascending

  // `states_of[p]`: the states of variable predictors[p].variable, of many rows.
  std::uint32_t leaf_of(std::span<const State* const> states_of, std::size_t row) const {
    std::uint32_t at = 0;
    while (!nodes[at].is_leaf()) {
      const Node& node = nodes[at];
      const Bin bin = predictors[node.predictor].bins[states_of[node.predictor][row]];
      at = node.next + (bin > node.greatest_left ? 1 : 0);
    }
    return nodes[at].next;
  }
  std::span<const State> leaf(std::uint32_t leaf) const {
    return std::span(states).subspan(leaf_starts[leaf], leaf_starts[leaf + 1] - leaf_starts[leaf]);
  }
};

}  // namespace ctgan::synth::trees
