// Orders in which variables may be drawn.
#pragma once

#include <array>
#include <string_view>

#include "common/table/metadata.h"
#include "server/synth/trees/sequential_trees.h"

namespace ctgan::synth::trees {

// What `--visit` takes beside names of columns.
inline constexpr std::array<std::string_view, 4> k_order_words{"auto", "data", "association", "reversed"};

// The table's own.
VisitOrder data_order(const Variables& variables);
// Columns of which a list is given first, in its order, the others as in the table; columns of which nothing is drawn
// may be named. Throws Error(usage) naming what is no column, with the closest.
VisitOrder named_order(std::string_view columns, const table::Metadata& metadata, const Variables& variables);
// Columns by the strongest association: first the column with most of it to all others, then always the one
// that is most associated with a column that is in the order already. Association is the mutual information of
// two columns' bins, as a share of the smaller entropy.
VisitOrder association_order(const Variables& variables, const TrainingStates& training);
// Columns the other way round; within a column parts stay before numbers.
VisitOrder reversed(const VisitOrder& order, const Variables& variables);

}  // namespace ctgan::synth::trees
