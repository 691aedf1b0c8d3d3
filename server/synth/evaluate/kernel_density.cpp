#include "server/synth/evaluate/kernel_density.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "server/synth/encoders/exponential.h"
#include "server/synth/evaluate/cholesky.h"
#include "server/synth/random/vector_clones.h"

namespace ctgan::synth::evaluate {
namespace {

constexpr std::size_t k_chunk = 32;
// Kernels that are lower than the highest by e^-k_ignored add less than rounding does.
constexpr float k_ignored = 18;
// Of the mean variance, at least.
constexpr double k_least_variance = 1e-9;

// Half the squared distances of all kernels from a point.
CTGAN_VECTOR_CLONES void half_squares(const float* kernels, std::size_t rows, const float* point,
                                      std::size_t width, float* halves) {
  for (std::size_t i = 0; i < rows; ++i) halves[i] = 0;
  for (std::size_t d = 0; d < width; ++d) {
    const float place = point[d];
    const float* kernel = kernels + d * rows;
    for (std::size_t i = 0; i < rows; ++i) {
      const float from = kernel[i] - place;
      halves[i] += 0.5F * from * from;
    }
  }
}

// Of all kernels, over the height of the highest, which half of the squared distance `least` gives.
CTGAN_VECTOR_CLONES double sum_of_heights(float* halves, std::size_t rows, float least) {
  for (std::size_t i = 0; i < rows; ++i) {
    const float below = least - halves[i];
    const float height = encoders::exponential(below > -k_ignored ? below : -k_ignored);
    halves[i] = below > -k_ignored ? height : 0.0F;
  }
  // A sum is as long as what it adds takes: so many go on side by side, in an order that is always the same.
  constexpr std::size_t k_sums = 16;
  double sums[k_sums] = {};
  const std::size_t whole = rows / k_sums * k_sums;
  for (std::size_t i = 0; i < whole; i += k_sums) {
    for (std::size_t lane = 0; lane < k_sums; ++lane) sums[lane] += static_cast<double>(halves[i + lane]);
  }
  double sum = 0;
  for (const double one : sums) sum += one;
  for (std::size_t i = whole; i < rows; ++i) sum += static_cast<double>(halves[i]);
  return sum;
}

std::vector<double> covariance_of(const Points& sample, const std::vector<double>& centre) {
  const std::size_t width = sample.width;
  std::vector<double> covariance(width * width);
  for (std::size_t row = 0; row < sample.rows(); ++row) {
    const double* point = sample.cells.data() + row * width;
    for (std::size_t i = 0; i < width; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        covariance[i * width + j] += (point[i] - centre[i]) * (point[j] - centre[j]);
      }
    }
  }
  for (double& number : covariance) number /= static_cast<double>(sample.rows() - 1);
  return covariance;
}

// Below it a direction is one in which the sample does not vary.
double least_variance(const std::vector<double>& covariance, std::size_t width) {
  double trace = 0;
  for (std::size_t i = 0; i < width; ++i) trace += covariance[i * width + i];
  return std::max(k_least_variance * trace / static_cast<double>(width), 1e-30);
}

}  // namespace

KernelDensity::KernelDensity(const Points& sample)
    : width_(sample.width), rows_(sample.rows()), centre_(sample.width), kernels_(sample.cells.size()) {
  const auto count = static_cast<double>(rows_);
  for (std::size_t i = 0; i < sample.cells.size(); ++i) centre_[i % width_] += sample.cells[i] / count;
  factor_ = covariance_of(sample, centre_);
  const double narrowed = std::pow(count, -1.0 / (static_cast<double>(width_) + 4));
  for (double& number : factor_) number *= narrowed * narrowed;
  factorise(factor_, width_, least_variance(factor_, width_));
  log_scale_ = -std::log(count) - static_cast<double>(width_) / 2 * std::log(2 * std::numbers::pi);
  for (std::size_t i = 0; i < width_; ++i) log_scale_ -= std::log(factor_[i * width_ + i]);
  for (std::size_t row = 0; row < rows_; ++row) {
    const std::vector<float> kernel = whitened(sample.cells.data() + row * width_);
    for (std::size_t d = 0; d < width_; ++d) kernels_[d * rows_ + row] = kernel[d];
  }
}

std::vector<float> KernelDensity::whitened(const double* point) const {
  std::vector<float> solved(width_);
  std::vector<double> exact(width_);
  for (std::size_t i = 0; i < width_; ++i) {
    double sum = point[i] - centre_[i];
    for (std::size_t k = 0; k < i; ++k) sum -= factor_[i * width_ + k] * exact[k];
    exact[i] = sum / factor_[i * width_ + i];
    // Squares of what a float holds must not leave it.
    solved[i] = static_cast<float>(std::clamp(exact[i], -1e15, 1e15));
  }
  return solved;
}

std::vector<double> KernelDensity::log_density(const Points& points, threads::ThreadPool& pool) const {
  std::vector<double> densities(points.rows());
  pool.run((points.rows() + k_chunk - 1) / k_chunk, [&](std::size_t chunk) {
    std::vector<float> halves(rows_);
    const std::size_t last = std::min((chunk + 1) * k_chunk, points.rows());
    for (std::size_t row = chunk * k_chunk; row < last; ++row) {
      const std::vector<float> point = whitened(points.cells.data() + row * width_);
      half_squares(kernels_.data(), rows_, point.data(), width_, halves.data());
      const float least = *std::min_element(halves.begin(), halves.end());
      densities[row] = log_scale_ - least + std::log(sum_of_heights(halves.data(), rows_, least));
    }
  });
  return densities;
}

}  // namespace ctgan::synth::evaluate
