// The density of a sample by Gaussian kernels that have the sample's covariance, narrowed by Scott's factor
// n^(-1 / (d + 4)) (Scott: "Multivariate Density Estimation", 1992): what scipy.stats.gaussian_kde computes.
#pragma once

#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/evaluate/principal_components.h"

namespace ctgan::synth::evaluate {

class KernelDensity {
 public:
  // A direction in which the sample does not vary gets a trace of width. REQUIRES: two points, width > 0.
  explicit KernelDensity(const Points& sample);

  // Its natural logarithm at each point, to about 1e-4 of the density; finite however far off a point is.
  // Points in parallel.
  std::vector<double> log_density(const Points& points, threads::ThreadPool& pool) const;

 private:
  std::vector<float> whitened(const double* point) const;

  std::size_t width_;
  std::size_t rows_;
  std::vector<double> centre_;
  std::vector<double> factor_;  // Cholesky's, of the kernel's covariance
  double log_scale_ = 0;        // of one kernel's height over the number of rows
  std::vector<float> kernels_;  // whitened rows, dimension by dimension
};

}  // namespace ctgan::synth::evaluate
