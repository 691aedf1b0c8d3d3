// A one-dimensional variational Bayesian Gaussian mixture with a Dirichlet-process prior (Blei and Jordan
// 2006; Bishop, PRML, section 10.2), the model of scikit-learn's BayesianGaussianMixture with
// weight_concentration_prior_type='dirichlet_process', one feature: same priors, same updates, same stopping
// rule.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ctgan::synth::encoders {

struct MixtureOptions {
  std::size_t components = 10;
  double weight_concentration_prior = 1e-3;
  double tolerance = 1e-3;         // change of the lower bound, per scikit-learn
  double covariance_floor = 1e-6;  // scikit-learn's reg_covar
  int iterations = 100;
};

struct Mixture {
  std::vector<double> means, variances, weights;  // one entry a component
  double lower_bound = 0;
  int iterations = 0;
  bool converged = false;
};

// Fits to `values` weighted by `counts` (rows holding the value), from `responsibilities`, row-major
// values x components, each row summing to 1. Equal to scikit-learn on the repeated rows.
Mixture fit_mixture(std::span<const double> values, std::span<const double> counts,
                    std::span<const double> responsibilities, const MixtureOptions& options);

// Hard initial responsibilities by weighted one-dimensional k-means: greedy k-means++ drawn with `seed`, then
// Lloyd's rounds. The heaviest cluster is the first component, which suits the stick-breaking prior best;
// fewer distinct values than components leave the last ones empty. `values` may come in any order.
std::vector<double> kmeans_responsibilities(std::span<const double> values, std::span<const double> counts,
                                            std::size_t components, std::uint64_t seed);

}  // namespace ctgan::synth::encoders
