// AIM: marginals are measured one after the other, each time the one that what was measured so far has most wrong, for what
// the budget allows to learn of it (McKenna, Mullins, Sheldon and Miklau 2022, "AIM: an adaptive and iterative mechanism for
// differentially private synthetic data", algorithms 1 to 4). It is good at all marginals of the workload at once, where
// MST has a tree of pairs alone, and takes longer. What is wrong residuals tell (marginals/residuals.h), where the paper
// estimates a model each round; ours is estimated once.
#pragma once

#include <cstdint>

#include "server/synth/marginal_methods/measured_model.h"

namespace ctgan::synth::marginal_methods {

struct AimOptions {
  // The workload: all sets of so many attributes (or of all, where there are fewer).
  std::size_t degree = 2;
  // Of a set that may be measured.
  std::uint64_t most_cells = 250'000;
  // Of the junction tree at the end, in units of 2^20 bytes of doubles; what bounds time and memory.
  double most_megabytes = 40;
  // Rounds for each attribute at most; a round in which nothing was learnt doubles what the next ones spend.
  std::size_t rounds = 16;
};

// One-way marginals get a third of the budget, and codes that they cannot tell from noise are merged, as in MST.
// Spends all that the accountant of the rows has. REQUIRES: at least one attribute; rounds of 2 at least.
MeasuredModel fit_aim(ConfidentialRows& rows, const AimOptions& options, const model::FitContext& context);

}  // namespace ctgan::synth::marginal_methods
