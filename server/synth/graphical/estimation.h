// The model whose marginals are nearest to what was measured: of all distributions that minimise
//
//     L(mu) = sum over measurements of 1/2 |(mu_r - y_r) / sigma_r|^2
//
// over the marginals mu that `total` rows can have, the one with the greatest entropy, a model with a potential for
// each measured set of attributes (McKenna, Sheldon and Miklau 2019, sections 4 and 5). By entropic mirror descent
// with momentum (momentum_descent.h): potentials go along the negative gradient, belief propagation makes marginals of
// them.
//
// A function of the measurements and options alone: the same for any number of threads, and private where these are.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/graphical/graphical_model.h"
#include "server/synth/marginals/measurement.h"

namespace ctgan::synth::graphical {

using marginals::Measurement;

struct EstimationOptions {
  // Rows of the model, above 0, where that is no secret; else estimated_total().
  std::optional<double> total = {};
  // At most; each is one belief propagation, after up to nine at the beginning. It ends before where 50 of them lower
  // the loss by no more than `least_progress` of it.
  std::size_t iterations = 1000;
  double least_progress = 1e-7;
  // It ends as well where the last fifth of the iterations lowered the loss by less than this part of what exact counts
  // would have, half of it a cell, and the loss is no more than that: further on the model follows the noise (Yao, Rosasco
  // and Caponnetto 2007, "On early stopping in gradient descent learning"). 0: goes on to the optimum.
  double least_part_of_noise = 0;
  // Potentials that stay as they are: 0, and -infinity for cells that no row can have.
  std::vector<Factor> fixed = {};
  // An earlier model to begin with: its potentials are carried over, and stay as they are where nothing is measured.
  // What is measured and has no potential yet, all of it where this is null, begins near its measurement
  // (first_potentials.h). Outlives the call.
  const GraphicalModel* start = nullptr;
  EliminationSearch search = {};
};

struct Estimate {
  GraphicalModel model;
  double loss;  // L of the model's marginals
  std::size_t iterations;
};

// `check_stop` is called between iterations and may throw. Throws Error(bad_data) where the junction tree has too many
// cells or the fixed potentials leave no row. REQUIRES: measurements have a finite number for each of their cells, and
// sigma > 0.
Estimate estimate(const Domain& domain, std::span<const Measurement> measurements,
                  const EstimationOptions& options, threads::ThreadPool& pool,
                  const std::function<void()>& check_stop);

// How many rows there are, from what the measurements add up to: the mean by inverse variance, at least 1.
double estimated_total(std::span<const Measurement> measurements);

}  // namespace ctgan::synth::graphical
