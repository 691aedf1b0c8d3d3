// Cell texts as states of the variables that trees draw: what a sample is given, and what a file knows of its rows.
#pragma once

#include <string>
#include <vector>

#include "server/synth/model/given_cells.h"
#include "server/synth/trees/sequential_trees.h"
#include "server/synth/trees/trees_archive.h"

namespace ctgan::synth::trees {

// What the variables must be for the cells to be these; of what no tree draws (a column of one category, one that a
// rule computes, bounds that are no values of their column) nothing. `parts` have these columns.
std::vector<GivenStates> states_of(const TreesParts& parts, const std::vector<model::GivenCells>& given);

// Rows of a file, as far as trees know their cells.
struct KnownCells {
  KnownStates states;
  // Of each column with numbers: each row's own, or NaN where it is not known.
  std::vector<std::vector<double>> numbers;
};

// Texts that no training row had say nothing, and neither do cells that a rule computes or bounds. Where several
// columns are drawn as one, each says what it can.
KnownCells known_cells(const TreesParts& parts, const model::KnownRows& rows);

}  // namespace ctgan::synth::trees
