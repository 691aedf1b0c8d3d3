// What the archive of a tree model holds, and back.
//
//   what model_archive.h says of every model; beside it
//   tensors   column<i>.states        f64, two numbers a state: the ends of a column's numbers' states
//             column<i>.state_grid    f64, origin and step of the grid that they lie on; step 0: none
//             visit_order             i64, the variables (variables.h) in the order in which they are drawn
//             tree_counts             i64, how many trees draw each of them
//             tree<p>_<k>.predictors  u8, two bytes a node, little-endian: the predictor that the node cuts, as
//                                     its place in visit_order; 65535: a leaf
//             tree<p>_<k>.cuts        u8, a byte a node: the greatest bin that goes left
//             tree<p>_<k>.next        i64, a node: its left child, the right one behind it; of a leaf its number
//             tree<p>_<k>.bins        u8, the bins of the predictors' states, one predictor after another
//             tree<p>_<k>.leaf_starts i64, in the states, one a leaf and one more
//             tree<p>_<k>.leaf_states u8, two bytes a training row, little-endian: the states of each leaf
//
// Trees p_0, p_1, ... draw variable visit_order[p] given those before it. A leaf holds states of many rows without saying
// which row had which: no value of one person (number_states.h), no row.
#pragma once

#include "common/options/option_spec.h"
#include "server/synth/archive/archive.h"
#include "server/synth/codecs/table_codec.h"
#include "server/synth/trees/sequential_trees.h"
#include "server/synth/trees/variables.h"

namespace ctgan::synth::trees {

struct TreesParts {
  options::Values options;
  codecs::TableCodec codec;
  Variables variables;
  SequentialTrees trees;
};

archive::Archive write_trees(const TreesParts& parts);

// Trusts nothing: every entry, type, shape and range is checked before memory is taken for it. Throws
// Error(bad_data) naming what is missing or wrong.
TreesParts read_trees(const archive::Archive& archive);

}  // namespace ctgan::synth::trees
