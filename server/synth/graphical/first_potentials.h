// Where a descent begins: near the measurements, instead of where all rows are equally likely. Where the measured sets
// are the cliques of a tree, it is the product of their conditional distributions, as if there were no noise.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/graphical/measured_loss.h"

namespace ctgan::synth::graphical {

// Iterative proportional fitting of the new sets that no other new one has all attributes of, all at once: to what each
// attribute is measured to be given its clique's separator. Goes on as long as the loss falls, a few times at most.
// `first` is an evaluated point and stays one. `check_stop` is called between rounds and may throw.
// REQUIRES: `loss` is of these sets on this tree.
void approach_measurements(const Domain& domain, const JunctionTree& tree, std::span<const MeasuredSet> sets,
                           const std::vector<bool>& is_new, MeasuredLoss& loss, DescentPoint& first,
                           threads::ThreadPool& pool, const std::function<void()>& check_stop);

}  // namespace ctgan::synth::graphical
