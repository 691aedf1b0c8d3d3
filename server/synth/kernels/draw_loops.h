// Draws from the generator's output, on strips turned to one feature a row.
// Part of kernel_loops.h, which says what may stand here.
#pragma once

#include "server/synth/kernels/kernels.h"
#include "server/synth/kernels/output_loops.h"
#include "server/synth/kernels/row_loops.h"

namespace ctgan::synth::kernels {
namespace {

template <typename T>
void rectify(T* tile, std::size_t rows) {
  for (std::size_t i = 0; i < rows * k_lanes; ++i) tile[i] = tile[i] > 0 ? tile[i] : 0;
}

// How many of the cumulative probabilities lie at or below the uniform number: the softmax's distribution
// function, inverted. `features` is overwritten.
template <typename T>
void draw_category(T* __restrict features, std::size_t width, const float* __restrict uniform,
                   T* __restrict drawn) {
  T greatest[k_lanes], sum[k_lanes] = {}, target[k_lanes];
  find_greatest(features, width, greatest);
  for (std::size_t f = 0; f < width; ++f)
    for (std::size_t r = 0; r < k_lanes; ++r) {
      sum[r] += exponential(features[f * k_lanes + r] - greatest[r]);
      features[f * k_lanes + r] = sum[r];
    }
  for (std::size_t r = 0; r < k_lanes; ++r) {
    target[r] = uniform[r] * sum[r];
    drawn[r] = 0;
  }
  for (std::size_t f = 0; f + 1 < width; ++f)
    for (std::size_t r = 0; r < k_lanes; ++r)
      drawn[r] += features[f * k_lanes + r] <= target[r] ? T{1} : T{0};
}

// The first of the greatest features.
template <typename T>
void choose_category(const T* features, std::size_t width, T* __restrict drawn) {
  T greatest[k_lanes];
  for (std::size_t r = 0; r < k_lanes; ++r) {
    greatest[r] = features[r];
    drawn[r] = 0;
  }
  for (std::size_t f = 1; f < width; ++f)
    for (std::size_t r = 0; r < k_lanes; ++r) {
      const T value = features[f * k_lanes + r];
      const bool greater = value > greatest[r];
      greatest[r] = greater ? value : greatest[r];
      drawn[r] = greater ? static_cast<T>(f) : drawn[r];
    }
}

// Turns the strip into `scratch` and hands each block's features to `decide`, with its place in `drawn`.
template <typename T, typename Decide>
void for_each_block(const OutputBlocks& blocks, const OutputStrip<T>& strip, T* scratch, T* drawn,
                    const Decide& decide) {
  for (std::size_t i = 0; strip.rows < k_lanes && i < blocks.width * k_lanes; ++i) scratch[i] = 0;
  load_strip(strip.logits, strip.panel_stride, strip.rows, 0, blocks.width, scratch);
  for (std::size_t b = 0; b < blocks.size; ++b, drawn += k_lanes) {
    const OutputBlock& block = blocks.data[b];
    T* features = scratch + block.offset * k_lanes;
    if (block.kind == OutputBlock::Kind::scalar)
      for (std::size_t r = 0; r < k_lanes; ++r) drawn[r] = hyperbolic_tangent(features[r]);
    else
      decide(b, features, block.width, drawn);
  }
}

template <typename T>
void draw(const OutputBlocks& blocks, const OutputStrip<T>& strip, const float* uniform, T* scratch,
          T* drawn) {
  for_each_block(blocks, strip, scratch, drawn,
                 [uniform](std::size_t block, T* features, std::size_t width, T* to) {
                   draw_category(features, width, uniform + block * k_lanes, to);
                 });
}

template <typename T>
void choose(const OutputBlocks& blocks, const OutputStrip<T>& strip, T* scratch, T* drawn) {
  for_each_block(blocks, strip, scratch, drawn, [](std::size_t, const T* features, std::size_t width, T* to) {
    choose_category(features, width, to);
  });
}

}  // namespace
}  // namespace ctgan::synth::kernels
