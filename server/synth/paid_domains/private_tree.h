// PrivTree: a range is halved, and halved again where there are many rows (Zhang, Xiao and Xie, "PrivTree: a
// differentially private algorithm for hierarchical decompositions", SIGMOD 2016, algorithm 2 with a fanout of 2).
//
// A part of depth d with c rows is halved where max(c - d delta, theta - delta) + Laplace(lambda) > theta. With
// lambda = 3 / epsilon and delta = lambda ln 2 that is epsilon-differentially private however deep it goes and whatever
// theta is (theorem 3.1), since what a row changes shrinks by half with each level above the deepest that it decides. A
// unit with k rows has k times lambda and delta.
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

// Where the second and each later part begins, ascending: parts with more rows than an equal share of a noisy row count
// are halved. Of more than `most_parts` the shallowest are put together again. `sorted` are steps in ascending order, of
// which a unit has `rows_per_unit` at most. Costs `rho`, a tenth of it for the row count.
std::vector<std::int64_t> private_tree_cuts(privacy::Mechanisms& mechanisms, const std::string& stage,
                                            std::span<const std::int64_t> sorted, const StepRange& range,
                                            std::size_t most_parts, std::uint64_t rows_per_unit, double rho);

// The cuts of the whole tree with this theta, in rows, ascending. REQUIRES: noise as tree_need says.
std::vector<std::int64_t> tree_cuts(std::span<const std::int64_t> sorted, const StepRange& range,
                                    std::int64_t theta, std::size_t most_parts, privacy::PaidLaplace noise);
// The noise that a tree of this cost needs.
privacy::Mechanisms::LaplaceNeed tree_need(std::uint64_t rows_per_unit, double rho);

}  // namespace ctgan::synth::paid_domains
