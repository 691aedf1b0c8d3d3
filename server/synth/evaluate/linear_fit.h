// Ordinary least squares of one numeric column on others.
#pragma once

#include <optional>
#include <vector>

#include "server/synth/evaluate/columns.h"

namespace ctgan::synth::evaluate {

struct LinearFit {
  std::size_t target = 0;           // places in ComparedTables::columns
  std::vector<std::size_t> inputs;  // those that vary
  std::vector<double> centre;       // of inputs, then of the target
  std::vector<double> scale;        // their standard deviations
  std::vector<double> weights;      // of centred and scaled inputs
  double r2 = 0;                    // on the rows that it was fitted to
};

// To the original's rows in which no value is missing. Nothing when the target does not vary, no input is
// left, or fewer than ten rows an input are complete. A trace of ridge keeps inputs apart that say the same.
std::optional<LinearFit> fit_linear(const ComparedTables& tables, std::size_t target,
                                    const std::vector<std::size_t>& inputs);

// 1 - squared errors / squared deviations from the mean, on the complete rows of a table: at most 1, without
// a lower bound. Nothing where the target does not vary.
std::optional<double> r2_of(const LinearFit& fit, const ComparedTables& tables, Side side);

}  // namespace ctgan::synth::evaluate
