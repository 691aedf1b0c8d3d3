// Batch norm, forward and backward.
// Part of kernel_loops.h, which says what may stand here.
#pragma once

#include "server/synth/kernels/kernels.h"
#include "server/synth/kernels/row_loops.h"

namespace ctgan::synth::kernels {
namespace {

inline float root(float x) {
  return __builtin_sqrtf(x);
}
inline double root(double x) {
  return __builtin_sqrt(x);
}

template <typename T>
void normalise(T* __restrict tile, std::size_t rows, const NormTile<T>& norm, T* __restrict activated) {
  const T count = static_cast<T>(rows);
  T mean[k_lanes], variance[k_lanes] = {}, inverse[k_lanes], weight[k_lanes], bias[k_lanes];
  sum_rows(tile, rows, mean);
  for (std::size_t c = 0; c < k_lanes; ++c) mean[c] /= count;
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < k_lanes; ++c) {
      const T distance = tile[r * k_lanes + c] - mean[c];
      variance[c] += distance * distance;
    }
  for (std::size_t c = 0; c < k_lanes; ++c) {
    inverse[c] = 1 / root(variance[c] / count + norm.epsilon);
    norm.inverse_deviation[c] = inverse[c];
    norm.running_mean[c] += norm.momentum * (mean[c] - norm.running_mean[c]);
    norm.running_variance[c] += norm.momentum * (variance[c] / (count - 1) - norm.running_variance[c]);
    weight[c] = norm.weight[c];
    bias[c] = norm.bias[c];
  }
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < k_lanes; ++c) {
      const T normalised = (tile[r * k_lanes + c] - mean[c]) * inverse[c];
      const T scaled = weight[c] * normalised + bias[c];
      tile[r * k_lanes + c] = normalised;
      activated[r * k_lanes + c] = scaled > 0 ? scaled : 0;
    }
}

template <typename T>
void normalise_backward(T* __restrict tile, std::size_t rows, const NormTile<T>& norm, const T* normalised,
                        const T* activated, const NormGradient<T>& gradient) {
  T by_weight[k_lanes] = {}, by_bias[k_lanes] = {}, factor[k_lanes];
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < k_lanes; ++c) {
      const std::size_t i = r * k_lanes + c;
      const T slope = activated[i] > 0 ? tile[i] : 0;
      tile[i] = slope;
      by_bias[c] += slope;
      by_weight[c] += slope * normalised[i];
    }
  const T share = 1 / static_cast<T>(rows);
  for (std::size_t c = 0; c < k_lanes; ++c) {
    gradient.weight[c] = by_weight[c];
    gradient.bias[c] = by_bias[c];
    factor[c] = norm.weight[c] * norm.inverse_deviation[c];
    by_weight[c] *= share;
    by_bias[c] *= share;
  }
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < k_lanes; ++c) {
      const std::size_t i = r * k_lanes + c;
      tile[i] = factor[c] * (tile[i] - by_bias[c] - normalised[i] * by_weight[c]);
    }
}

}  // namespace
}  // namespace ctgan::synth::kernels
