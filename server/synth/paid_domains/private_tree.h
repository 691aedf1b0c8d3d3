// PrivTree: a range is halved, and halved again where there are many rows (Zhang, Xiao and Xie, "PrivTree: a
// differentially private algorithm for hierarchical decompositions", SIGMOD 2016, algorithm 2 with a fanout of 2 and
// the threshold 0).
//
// A part of depth d with c rows is halved where max(c - d delta, -delta) + Laplace(lambda) > 0. With
// lambda = 3 / epsilon and delta = lambda ln 2 that is epsilon-differentially private however deep it goes (theorem
// 3.1), since what a row changes shrinks by half with each level above the deepest that it decides. A unit with k rows
// has k times lambda and delta.
//
// Counts, delta and noise are whole numbers of 1/1024 row, delta rounded up. The theorem needs of the noise that a row
// changes the logarithm of Pr[x + noise > 0] by 1 / lambda at most, and by exp(-(x - 1) / lambda) / lambda where x is
// at least 1: discrete noise on so fine a grid has both, as its geometric tails show.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "server/synth/paid_domains/step_range.h"
#include "server/synth/privacy/mechanisms.h"

namespace ctgan::synth::paid_domains {

// Where the second and each later part begins, ascending: those of the deepest level at which there are no more than
// `most_parts`. `sorted` are steps in ascending order, of which a unit has `rows_per_unit` at most. Costs `rho`.
std::vector<std::int64_t> private_tree_cuts(privacy::Mechanisms& mechanisms, const std::string& stage,
                                            std::span<const std::int64_t> sorted, const StepRange& range,
                                            std::size_t most_parts, std::uint64_t rows_per_unit, double rho);

// What it may spend, and the noise that this needs, in rows.
struct TreeNoise {
  double epsilon = 0, lambda = 0;
};
TreeNoise tree_noise(std::uint64_t rows_per_unit, double rho);

}  // namespace ctgan::synth::paid_domains
