// What a variational autoencoder needs beside products: its latent numbers and what a row's likelihood asks
// of the decoder.
// Part of kernel_loops.h, which says what may stand here.
#pragma once

#include "server/synth/kernels/kernels.h"
#include "server/synth/kernels/output_loops.h"
#include "server/synth/kernels/row_loops.h"

namespace ctgan::synth::kernels {
namespace {

// e^x for any x.
inline float any_exponential(float x) {
  return x < 88.0F ? exponential(x) : __builtin_inff();
}
inline double any_exponential(double x) {
  return ::exp(x);
}

// ln x for normal x, relative error below 1e-6, in a form that becomes vectors: x = 2^e m with m in
// [sqrt(1/2), sqrt(2)), and with s = (m - 1) / (m + 1) ln m = 2 (s + s^3/3 + s^5/5 + ...).
inline float plain_logarithm(float x) {
  const auto bits = __builtin_bit_cast(std::int32_t, x);
  const std::int32_t power = (bits - 0x3F3504F3) >> 23;
  const float m = __builtin_bit_cast(float, bits - power * (1 << 23));
  const float s = (m - 1.0F) / (m + 1.0F);
  const float q = s * s;
  const float series = 2.0F + q * (0.666666667F + q * (0.4F + q * (0.285714286F + q * 0.222222222F)));
  return static_cast<float>(power) * 0.693147181F + s * series;
}
inline double plain_logarithm(double x) {
  return ::log(x);
}

template <typename T>
void load_noise(const float* noise, std::size_t columns, T* __restrict out) {
  if (columns == k_lanes)
    for (std::size_t c = 0; c < k_lanes; ++c) out[c] = noise[c];
  else
    for (std::size_t c = 0; c < k_lanes; ++c) out[c] = c < columns ? noise[c] : 0;
}

template <typename T>
void rectify_backward(T* __restrict gradient, std::size_t rows, const T* activated) {
  for (std::size_t i = 0; i < rows * k_lanes; ++i) gradient[i] = activated[i] > 0 ? gradient[i] : 0;
}

template <typename T>
T draw_latent(const LatentTile<T>& tile, std::size_t rows, T* __restrict latent) {
  T sums[k_lanes] = {};
  for (std::size_t r = 0; r < rows; ++r) {
    T noise[k_lanes];
    load_noise(tile.noise + r * tile.noise_stride, tile.columns, noise);
    for (std::size_t c = 0; c < k_lanes; ++c) {
      const std::size_t i = r * k_lanes + c;
      const T log_variance = tile.deviation[i], mean = tile.mean[i];
      const T deviation = any_exponential(log_variance / 2);
      sums[c] += mean * mean + deviation * deviation - 1 - log_variance;
      tile.deviation[i] = deviation;
      latent[i] = mean + deviation * noise[c];
    }
  }
  T sum = 0;
  for (std::size_t c = 0; c < k_lanes; ++c) sum += sums[c];
  return sum / 2;
}

template <typename T>
void latent_backward(const LatentTile<T>& tile, std::size_t rows, T scale, T* __restrict gradient,
                     T* __restrict by_log_variance) {
  for (std::size_t r = 0; r < rows; ++r) {
    T noise[k_lanes];
    load_noise(tile.noise + r * tile.noise_stride, tile.columns, noise);
    for (std::size_t c = 0; c < k_lanes; ++c) {
      const std::size_t i = r * k_lanes + c;
      const T deviation = tile.deviation[i];
      by_log_variance[i] = (gradient[i] * noise[c] * deviation + scale * (deviation * deviation - 1)) / 2;
      gradient[i] += scale * tile.mean[i];
    }
  }
}

// One scalar: minus the logarithm of the normal density around its tanh, but for a constant.
template <typename T>
T scalar_loss(const Likelihood<T>& to, std::size_t rows, std::size_t entry, const OutputBlock& block,
              T* __restrict features) {
  T target[k_lanes] = {};
  for (std::size_t r = 0; r < rows; ++r) target[r] = to.target.value[r * to.target.entries + entry];
  const T deviation = to.deviation[block.offset], precision = 1 / (deviation * deviation);
  T squares[k_lanes];
  for (std::size_t r = 0; r < k_lanes; ++r) {
    const T value = hyperbolic_tangent(features[r]);
    const T distance = target[r] - value;
    squares[r] = distance * distance;
    features[r] = -to.scale * precision * distance * (1 - value * value);
  }
  T sum = 0;
  for (std::size_t r = 0; r < rows; ++r) sum += squares[r];
  const T count = static_cast<T>(rows);
  to.deviation_gradient[block.offset] = to.scale * (count - sum * precision) / deviation;
  return sum * precision / 2 + count * logarithm(deviation);
}

// One one-hot: minus the logarithm of the target's softmax.
template <typename T>
T category_loss(const Likelihood<T>& to, std::size_t rows, std::size_t entry, const OutputBlock& block,
                T* __restrict features) {
  T chosen[k_lanes] = {}, sum[k_lanes], greatest[k_lanes];
  for (std::size_t r = 0; r < rows; ++r) {
    const std::size_t category = to.target.index[r * to.target.entries + entry] - block.offset;
    chosen[r] = features[category * k_lanes + r];
  }
  softmax(features, block.width, sum, greatest);
  T loss[k_lanes];
  for (std::size_t r = 0; r < k_lanes; ++r) loss[r] = plain_logarithm(sum[r]) + greatest[r] - chosen[r];
  for (std::size_t i = 0; i < block.width * k_lanes; ++i) features[i] *= to.scale;
  T total = 0;
  for (std::size_t r = 0; r < rows; ++r) {
    const std::size_t category = to.target.index[r * to.target.entries + entry] - block.offset;
    features[category * k_lanes + r] -= to.scale;
    total += loss[r];
  }
  return total;
}

template <typename T>
T reconstruct(const OutputBlocks& blocks, const OutputStrip<T>& strip, const Likelihood<T>& to, T* scratch,
              T* logits_gradient) {
  for (std::size_t i = 0; strip.rows < k_lanes && i < blocks.width * k_lanes; ++i) scratch[i] = 0;
  load_strip(strip.logits, strip.panel_stride, strip.rows, 0, blocks.width, scratch);
  T loss = 0;
  for (std::size_t b = 0; b < blocks.size; ++b) {
    const OutputBlock& block = blocks.data[b];
    T* const features = scratch + block.offset * k_lanes;
    loss += block.kind == OutputBlock::Kind::scalar ? scalar_loss(to, strip.rows, b, block, features)
                                                    : category_loss(to, strip.rows, b, block, features);
  }
  store_strip(scratch, strip.rows, blocks.width, strip.panel_stride, logits_gradient);
  return loss;
}

}  // namespace
}  // namespace ctgan::synth::kernels
