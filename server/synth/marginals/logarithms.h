// Sums of numbers that are given by their logarithms, over the cells of a larger set.
#pragma once

#include <span>

#include "server/synth/marginals/embedding.h"

namespace ctgan::synth::marginals {

// Turns `large` into e^(large - greatest), where `greatest` is the greatest of those with the same small cell, and
// sets `sums` to their sums: at least 1, or 0 where all are -infinity, and `logarithms` to ln of what the sums were
// without the subtraction, or -infinity. REQUIRES: no NaN and no +infinity.
void exponentiate_groups(const Embedding& embedding, std::span<double> large, std::span<double> sums,
                         std::span<double> logarithms);

}  // namespace ctgan::synth::marginals
