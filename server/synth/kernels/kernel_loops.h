// The bodies of kernels.h. Each of kernels_baseline.cpp, kernels_avx2.cpp and kernels_avx512.cpp includes
// this once, with its own k_vector_bytes and k_tile_rows and compiled for its own instructions. Everything
// has internal linkage and nothing here calls an inline function of the standard library: the linker keeps
// one copy of those for the whole program, which must not be one that only some processors can run.
#pragma once

#include "server/synth/kernels/autoencoder_loops.h"
#include "server/synth/kernels/draw_loops.h"
#include "server/synth/kernels/norm_loops.h"
#include "server/synth/kernels/output_loops.h"
#include "server/synth/kernels/product_loops.h"
#include "server/synth/kernels/row_loops.h"

namespace ctgan::synth::kernels {
namespace {

template <typename T>
void leaky_dropout(T* __restrict sums, T* __restrict slope, std::size_t rows, T leak, const float* dropout,
                   std::size_t stride, std::size_t columns) {
  for (std::size_t r = 0; r < rows; ++r) {
    T kept[k_lanes] = {};
    if (columns == k_lanes)
      for (std::size_t c = 0; c < k_lanes; ++c) kept[c] = dropout[r * stride + c];
    else
      for (std::size_t c = 0; c < columns; ++c) kept[c] = dropout[r * stride + c];
    for (std::size_t c = 0; c < k_lanes; ++c) {
      const std::size_t i = r * k_lanes + c;
      slope[i] = sums[i] > 0 ? kept[c] : leak * kept[c];
      sums[i] *= slope[i];
    }
  }
}

template <typename T>
void adam(const AdamStep<T>& step, std::size_t count, const T* __restrict gradient, T* __restrict values,
          T* __restrict mean, T* __restrict square) {
  const AdamStep<T> s = step;
  for (std::size_t i = 0; i < count; ++i) {
    const T slope = gradient[i] + s.weight_decay * values[i];
    mean[i] = s.beta1 * mean[i] + (1 - s.beta1) * slope;
    square[i] = s.beta2 * square[i] + (1 - s.beta2) * slope * slope;
    values[i] -= s.rate * mean[i] / (root(square[i]) * s.root_scale + s.epsilon);
  }
}

template <typename T>
constexpr Kernels<T> k_kernels = {
    .multiply = multiply<T>,
    .multiply_from = multiply_from<T>,
    .transpose = transpose<T>,
    .fill_rows = fill_rows<T>,
    .add_rows = add_rows<T>,
    .scatter_rows = scatter_rows<T>,
    .add_sparse = add_sparse<T>,
    .scatter_sparse = scatter_sparse<T>,
    .mix_rows = mix_rows<T>,
    .scale_rows = scale_rows<T>,
    .multiply_elements = multiply_elements<T>,
    .sum_rows = sum_rows<T>,
    .sum_squares = sum_squares<T>,
    .normalise = normalise<T>,
    .normalise_backward = normalise_backward<T>,
    .leaky_dropout = leaky_dropout<T>,
    .activate = activate<T>,
    .activate_backward = activate_backward<T>,
    .rectify = rectify<T>,
    .draw = draw<T>,
    .choose = choose<T>,
    .rectify_backward = rectify_backward<T>,
    .draw_latent = draw_latent<T>,
    .latent_backward = latent_backward<T>,
    .reconstruct = reconstruct<T>,
    .adam = adam<T>,
};

}  // namespace
}  // namespace ctgan::synth::kernels
