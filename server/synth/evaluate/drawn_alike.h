// Whether the held-out rows are rows like the original's. Everything that is held against them rests on it:
// the tail of a sorted file is no sample of its head, and what such rows show is not chance.
#pragma once

#include "server/synth/evaluate/columns.h"
#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

// The probability that rows of one origin are called different, over all columns together.
inline constexpr double k_drawn_alike_alarms = 1e-4;

// Every column that was not left out is compared in what the tables hold (Kolmogorov-Smirnov's test for
// numbers, Pearson's chi-squared for categories, the rare ones as one) and in how much is missing
// (chi-squared), each with k_drawn_alike_alarms divided by the number of tests (Bonferroni). Rows that belong
// together (several of one person) and are held out together are different by this test, and rightly.
// REQUIRES: held-out rows.
DrawnAlike compare_held_out(const ComparedTables& tables);

}  // namespace ctgan::synth::evaluate
