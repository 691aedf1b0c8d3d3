// Orders in which variables may be drawn.
#pragma once

#include "server/synth/trees/sequential_trees.h"

namespace ctgan::synth::trees {

// The table's own.
VisitOrder data_order(const Variables& variables);
// Columns by the strongest association: first the column with most of it to all others, then always the one
// that is most associated with a column that is in the order already. Association is the mutual information of
// two columns' bins, as a share of the smaller entropy.
VisitOrder association_order(const Variables& variables, const TrainingStates& training);
// Columns the other way round; within a column parts stay before numbers.
VisitOrder reversed(const VisitOrder& order, const Variables& variables);

}  // namespace ctgan::synth::trees
