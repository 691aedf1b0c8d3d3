// Exact one-sided bounds of a share (Clopper, Pearson 1934): what holds for few rows as well.
#pragma once

namespace ctgan::synth::evaluate {

// The share below which so many successes, or more, have at most the probability `error`; 0 for none.
// REQUIRES: 0 <= successes <= trials, trials > 0, 0 < error < 1.
double share_at_least(double successes, double trials, double error);
// The share above which so few successes, or fewer, have at most the probability `error`; 1 for all.
double share_at_most(double successes, double trials, double error);

}  // namespace ctgan::synth::evaluate
