// MST: all one-way marginals, a spanning tree of two-way ones that are chosen by how dependent they are, and the model
// of greatest entropy that has them (McKenna, Miklau and Sheldon 2021, "Winning the NIST contest: a scalable and general
// approach to differentially private synthetic data", section 4). A third of the budget each: one-way marginals,
// choice, two-way marginals.
#pragma once

#include <cstddef>

#include "server/synth/marginal_methods/measured_model.h"
#include "server/synth/model/monitor.h"

namespace ctgan::synth::marginal_methods {

// What each stage gets of a budget, known before anything is read.
struct MstBudget {
  double one_way_sigma = 0;   // standard deviation of the noise on each count, in what a unit has of rows
  double choice_epsilon = 0;  // of each choice of a pair; 0: there is nothing to choose
  double two_way_sigma = 0;   // as one_way_sigma; 0: there is no pair
};
// REQUIRES: at least one attribute; rho > 0.
MstBudget mst_budget(std::size_t attributes, double rho);

// Spends all that the accountant of the rows has. REQUIRES: at least one attribute.
MeasuredModel fit_mst(ConfidentialRows& rows, const model::FitContext& context);

}  // namespace ctgan::synth::marginal_methods
