// SWIFT: everything is measured at once, and fitted once. All one-way marginals, then the error of every candidate
// against independent attributes, with noise; from these alone a clique tree within a size, and those of its marginals
// that are worth their noise, with shares of the budget in closed form (allocation.h). As Google's dpsynth has it
// ("scalable workload-informed factor tree", 2026), with two changes, both of which use what is known already: of several
// trees the one is taken whose marginals gain most after their noise, and a smaller one where it gains almost as much.
//
// As good as AIM or nearly so, without the rounds that make it slow.
#pragma once

#include <cstddef>
#include <cstdint>

#include "server/synth/marginal_methods/measured_model.h"

namespace ctgan::synth::marginal_methods {

struct SwiftOptions {
  std::size_t degree = 2;              // of the workload, as AimOptions
  std::uint64_t most_cells = 250'000;  // of a marginal that may be measured
  double most_megabytes = 40;          // of the junction tree, in units of 2^20 bytes of doubles
};

// What each stage gets of a budget.
struct SwiftBudget {
  double one_way_sigma = 0;
  double errors_rho = 0;     // of the errors of all candidates
  double measuring_rho = 0;  // of the marginals that are chosen
};
// REQUIRES: at least one attribute; rho > 0.
SwiftBudget swift_budget(std::size_t attributes, double rho);

// Spends all that the accountant of the rows has. REQUIRES: at least one attribute.
MeasuredModel fit_swift(ConfidentialRows& rows, const SwiftOptions& options,
                        const model::FitContext& context);

}  // namespace ctgan::synth::marginal_methods
