// Products of matrices in panels.
// Part of kernel_loops.h, which says what may stand here.
#pragma once

#include "server/synth/kernels/kernels.h"
#include "server/synth/kernels/panels.h"
#include "server/synth/kernels/row_loops.h"
#include "server/synth/kernels/turn_loops.h"

namespace ctgan::synth::kernels {
namespace {

// What the sums of a product start with: row i of the result at row + i * stride, which may be the result itself.
template <typename T>
struct Start {
  const T* row;
  std::size_t stride;
};

template <typename T>
struct Zeros {
  alignas(k_cache_line) static constexpr T k_row[k_lanes] = {};
};

// `rows` rows of the product, whose sums stay in registers over the whole depth.
template <typename T, int k_rows>
void multiply_rows(const LeftFactor<T>& left, const T* first, std::size_t depth, const T* right,
                   const Start<T>& start, T* out) {
  using V = typename Vector<T>::Type;
  constexpr int k_count = Vector<T>::k_count;
  constexpr int k_width = k_vector_bytes / static_cast<int>(sizeof(T));
  V sums[k_rows][k_count];
  for (int i = 0; i < k_rows; ++i)
    for (int v = 0; v < k_count; ++v)
      sums[i][v] = *reinterpret_cast<const V*>(start.row + i * start.stride + v * k_width);
  const std::size_t row_stride = left.row_stride, depth_stride = left.depth_stride;
  for (std::size_t done = 0; done < depth; done += left.segment, first += left.segment_stride) {
    const std::size_t count = depth - done < left.segment ? depth - done : left.segment;
    const T* element = first;
    for (std::size_t k = 0; k < count; ++k, element += depth_stride, right += k_lanes) {
      V factors[k_count];
#pragma GCC unroll 16
      for (int v = 0; v < k_count; ++v) factors[v] = *reinterpret_cast<const V*>(right + v * k_width);
#pragma GCC unroll 16
      for (int i = 0; i < k_rows; ++i) {
        const T factor = element[i * row_stride];
#pragma GCC unroll 16
        for (int v = 0; v < k_count; ++v) sums[i][v] += factors[v] * factor;
      }
    }
  }
  for (int i = 0; i < k_rows; ++i)
    for (int v = 0; v < k_count; ++v) *reinterpret_cast<V*>(out + i * k_lanes + v * k_width) = sums[i][v];
}

template <typename T, int k_most>
void multiply_some(std::size_t rows, const LeftFactor<T>& left, const T* first, std::size_t depth,
                   const T* right, const Start<T>& start, T* out) {
  if constexpr (k_most > 1) {
    if (rows < k_most) return multiply_some<T, k_most - 1>(rows, left, first, depth, right, start, out);
  }
  multiply_rows<T, k_most>(left, first, depth, right, start, out);
}

// Of the right factor's rows that every block of left rows meets before the next: they stay in the first
// cache.
constexpr std::size_t k_depth = 256;

template <typename T>
void multiply_onto(const LeftFactor<T>& left, std::size_t m, std::size_t depth, const T* right,
                   Start<T> start, T* out) {
  constexpr std::size_t k_rows =
      k_tile_rows * sizeof(float) / sizeof(T) > 0 ? k_tile_rows * sizeof(float) / sizeof(T) : 1;
  const std::size_t blocks = (m + k_rows - 1) / k_rows;
  for (std::size_t done = 0; done < depth; done += k_depth) {
    const std::size_t count = depth - done < k_depth ? depth - done : k_depth;
    const T* first =
        left.data + done / left.segment * left.segment_stride + done % left.segment * left.depth_stride;
    std::size_t row = 0;
    for (std::size_t block = 1; block <= blocks; ++block) {
      const std::size_t end = m * block / blocks;
      multiply_some<T, k_rows>(end - row, left, first + row * left.row_stride, count, right + done * k_lanes,
                               {start.row + row * start.stride, start.stride}, out + row * k_lanes);
      row = end;
    }
    start = {out, k_lanes};
  }
}

template <typename T>
void multiply(const LeftFactor<T>& left, std::size_t m, std::size_t depth, const T* right, T* out, bool add) {
  multiply_onto(left, m, depth, right, add ? Start<T>{out, k_lanes} : Start<T>{Zeros<T>::k_row, 0}, out);
}

template <typename T>
void multiply_from(const LeftFactor<T>& left, std::size_t m, std::size_t depth, const T* right, const T* row,
                   T* out) {
  multiply_onto(left, m, depth, right, Start<T>{row, 0}, out);
}

template <typename T>
void transpose(const T* from, std::size_t panel_stride, std::size_t rows, std::size_t columns, T* out) {
  for (std::size_t c = 0; c < columns; c += k_lanes, from += panel_stride, out += k_lanes * k_lanes) {
    const std::size_t count = columns - c < k_lanes ? columns - c : k_lanes;
    turn_tile(from, rows, count, out);
    for (std::size_t i = 0; rows < k_lanes && i < count; ++i)
      for (std::size_t r = rows; r < k_lanes; ++r) out[i * k_lanes + r] = 0;
  }
}

}  // namespace
}  // namespace ctgan::synth::kernels
