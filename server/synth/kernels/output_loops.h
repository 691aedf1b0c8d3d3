// The generator's activation, on strips turned to one feature a row, and its way back.
// Part of kernel_loops.h, which says what may stand here.
#pragma once

#include <math.h>

#include "server/synth/kernels/kernels.h"
#include "server/synth/kernels/row_loops.h"
#include "server/synth/kernels/turn_loops.h"

namespace ctgan::synth::kernels {
namespace {

// e^x for x <= 0 (a little above is harmless), relative error below 2e-7: 2^n times a polynomial on
// [-ln2/2, ln2/2]. Zero below -87.
inline float exponential(float x) {
  constexpr float k_round = 0x1.8p23F;
  const float held = x > -87.0F ? x : -87.0F;
  const float shifted = held * 1.44269504F + k_round;
  const float n = shifted - k_round;
  const float r = (held - n * 0.693359375F) + n * 2.12194440e-4F;
  const float series =
      1.0F + r * (1.0F + r * (0.5F + r * (0.166666667F +
                                          r * (0.0416666667F + r * (0.00833333333F + r * 0.00138888889F)))));
  const std::int32_t power = (__builtin_bit_cast(std::int32_t, shifted) - 0x4B400000 + 127) << 23;
  return x > -87.0F ? series * __builtin_bit_cast(float, power) : 0.0F;
}
inline double exponential(double x) {
  return ::exp(x);
}

template <typename T>
inline T hyperbolic_tangent(T x) {
  const T size = x < 0 ? -x : x;
  const T small = exponential(-2 * size);
  const T result = (1 - small) / (1 + small);
  return x < 0 ? -result : result;
}

// scratch(f, r) = panels(r, f) for `width` features from `first` on.
template <typename T>
void load_strip(const T* panels, std::size_t panel_stride, std::size_t rows, std::size_t first,
                std::size_t width, T* scratch) {
  for (std::size_t f = 0, count; f < width; f += count) {
    const std::size_t column = (first + f) % k_lanes, left = width - f;
    count = k_lanes - column < left ? k_lanes - column : left;
    turn_tile(panels + (first + f) / k_lanes * panel_stride + column, rows, count, scratch + f * k_lanes);
  }
}

template <typename T>
void store_strip(const T* scratch, std::size_t rows, std::size_t width, std::size_t panel_stride, T* panels) {
  for (std::size_t f = 0; f < width; f += k_lanes, scratch += k_lanes * k_lanes, panels += panel_stride)
    turn_tile(scratch, width - f < k_lanes ? width - f : k_lanes, rows, panels);
}

template <typename T>
void find_greatest(const T* features, std::size_t width, T* __restrict greatest) {
  for (std::size_t r = 0; r < k_lanes; ++r) greatest[r] = features[r];
  for (std::size_t f = 1; f < width; ++f)
    for (std::size_t r = 0; r < k_lanes; ++r) {
      const T value = features[f * k_lanes + r];
      greatest[r] = value > greatest[r] ? value : greatest[r];
    }
}

// The softmax of `width` features in place; the sums of the exponentials' and the greatest values are left in
// `sum` and `greatest`.
template <typename T>
void softmax(T* features, std::size_t width, T* sum, T* greatest) {
  // Numbers of this function's own stay in registers.
  T most[k_lanes], total[k_lanes] = {}, share[k_lanes];
  find_greatest(features, width, most);
  for (std::size_t f = 0; f < width; ++f)
    for (std::size_t r = 0; r < k_lanes; ++r) {
      const T power = exponential(features[f * k_lanes + r] - most[r]);
      features[f * k_lanes + r] = power;
      total[r] += power;
    }
  for (std::size_t r = 0; r < k_lanes; ++r) {
    share[r] = 1 / total[r];
    sum[r] = total[r];
    greatest[r] = most[r];
  }
  for (std::size_t f = 0; f < width; ++f)
    for (std::size_t r = 0; r < k_lanes; ++r) features[f * k_lanes + r] *= share[r];
}

template <typename T>
void disturb(T* features, std::size_t width, const OutputStrip<T>& strip, const float* gumbel) {
  const T scale = 1 / strip.temperature;
  for (std::size_t f = 0; f < width; ++f) {
    const float* noise = gumbel + f * strip.gumbel_stride;
    T* row = features + f * k_lanes;
    if (strip.rows == k_lanes)
      for (std::size_t r = 0; r < k_lanes; ++r) row[r] = (row[r] + noise[r]) * scale;
    else
      for (std::size_t r = 0; r < strip.rows; ++r) row[r] = (row[r] + noise[r]) * scale;
  }
}

template <typename T>
void activate(const OutputBlocks& blocks, const OutputStrip<T>& strip, T* scratch, T* output) {
  for (std::size_t i = 0; strip.rows < k_lanes && i < blocks.width * k_lanes; ++i) scratch[i] = 0;
  load_strip(strip.logits, strip.panel_stride, strip.rows, 0, blocks.width, scratch);
  T sum[k_lanes], greatest[k_lanes];
  for (std::size_t b = 0; b < blocks.size; ++b) {
    const OutputBlock& block = blocks.data[b];
    T* features = scratch + block.offset * k_lanes;
    if (block.kind == OutputBlock::Kind::scalar) {
      for (std::size_t r = 0; r < k_lanes; ++r) features[r] = hyperbolic_tangent(features[r]);
    } else {
      disturb(features, block.width, strip, strip.gumbel + block.offset * strip.gumbel_stride);
      softmax(features, block.width, sum, greatest);
    }
  }
  store_strip(scratch, strip.rows, blocks.width, strip.panel_stride, output);
}

// slope becomes the gradient by the softmax's input, from that by its output y: y * (slope - sum(y * slope)).
template <typename T>
void softmax_backward(T* slope, const T* y, std::size_t width, T scale) {
  T dot[k_lanes] = {};
  for (std::size_t f = 0; f < width; ++f)
    for (std::size_t r = 0; r < k_lanes; ++r) dot[r] += y[f * k_lanes + r] * slope[f * k_lanes + r];
  for (std::size_t f = 0; f < width; ++f)
    for (std::size_t r = 0; r < k_lanes; ++r)
      slope[f * k_lanes + r] = scale * y[f * k_lanes + r] * (slope[f * k_lanes + r] - dot[r]);
}

inline float logarithm(float x) {
  return ::logf(x);
}
inline double logarithm(double x) {
  return ::log(x);
}

// Adds the gradient of -log softmax(logits)[condition] for the rows whose condition lies in this block, and
// returns their sum. `features` is overwritten.
template <typename T>
T add_cross_entropy(const OutputBlock& block, const OutputStrip<T>& strip, T scale, T* features, T* slope) {
  T chosen[k_lanes] = {}, scales[k_lanes] = {}, sum[k_lanes], greatest[k_lanes];
  bool any = false;
  for (std::size_t r = 0; r < strip.rows; ++r) {
    const std::size_t category = strip.condition[r] - block.condition_offset;
    if (strip.condition[r] < block.condition_offset || category >= block.width) continue;
    chosen[r] = features[category * k_lanes + r];
    slope[category * k_lanes + r] -= scale;
    scales[r] = scale;
    any = true;
  }
  if (!any) return 0;
  softmax(features, block.width, sum, greatest);
  for (std::size_t f = 0; f < block.width; ++f)
    for (std::size_t r = 0; r < k_lanes; ++r) slope[f * k_lanes + r] += scales[r] * features[f * k_lanes + r];
  T loss = 0;
  for (std::size_t r = 0; r < strip.rows; ++r)
    if (scales[r] != 0) loss += logarithm(sum[r]) + greatest[r] - chosen[r];
  return loss;
}

template <typename T>
T activate_backward(const OutputBlocks& blocks, const OutputStrip<T>& strip, const T* output,
                    const StripGradient<T>& gradient, T cross_entropy_scale, T* scratch, T* logits_gradient) {
  T* y = scratch;
  T* slope = scratch + blocks.width * k_lanes;
  for (std::size_t i = 0; strip.rows < k_lanes && i < 2 * blocks.width * k_lanes; ++i) scratch[i] = 0;
  load_strip(output, strip.panel_stride, strip.rows, 0, blocks.width, y);
  for (std::size_t f = 0; f < blocks.width; ++f)
    for (std::size_t r = 0; r < strip.rows; ++r)
      slope[f * k_lanes + r] = gradient.data[gradient.row_offset[r] + f * k_lanes];
  T loss = 0;
  for (std::size_t b = 0; b < blocks.size; ++b) {
    const OutputBlock& block = blocks.data[b];
    T* const block_y = y + block.offset * k_lanes;
    T* const block_slope = slope + block.offset * k_lanes;
    if (block.kind == OutputBlock::Kind::scalar) {
      for (std::size_t r = 0; r < k_lanes; ++r) block_slope[r] *= 1 - block_y[r] * block_y[r];
      continue;
    }
    softmax_backward(block_slope, block_y, block.width, 1 / strip.temperature);
    if (block.kind != OutputBlock::Kind::categories || strip.condition == nullptr) continue;
    load_strip(strip.logits, strip.panel_stride, strip.rows, block.offset, block.width, block_y);
    loss += add_cross_entropy(block, strip, cross_entropy_scale, block_y, block_slope);
  }
  store_strip(slope, strip.rows, blocks.width, strip.panel_stride, logits_gradient);
  return loss;
}

}  // namespace
}  // namespace ctgan::synth::kernels
