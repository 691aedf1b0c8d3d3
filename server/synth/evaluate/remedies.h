// What to do about findings. One place decides it, by causes that are data, and everybody who tells people
// (page, terminal, plan) uses the sentences that are made here:
//
//   "too_few_steps"             the training took too few steps for anything to be learnt
//   "rule_lost"                 what held between columns holds no longer, and a flag can keep it
//   "rows_show_through"         rows or rare values come out as they were
//   "too_few_rows_to_say"       no interval can be narrow enough with so few held-out rows
//   "held_out_not_alike"        the held-out rows were not drawn like the original's
#pragma once

#include <optional>
#include <vector>

#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

// Held-out rows that are enough for a table that leaks nothing to be called good; measured in
// tests/server/synth/evaluate/evidence_test.cpp.
inline constexpr std::size_t k_evidence_rows = 2'000;
// Steps of training below which no method has learnt a table.
inline constexpr std::size_t k_least_steps = 3'000;

// Of a training of so many steps; std::nullopt when they are enough, or when the method is not known.
std::optional<Remedy> too_few_steps(const Training& training, std::size_t table_rows);

// REQUIRES: judgements has its lights and findings.
std::vector<Remedy> remedies(const Evaluation& evaluation, const Judgements& judgements);

}  // namespace ctgan::synth::evaluate
