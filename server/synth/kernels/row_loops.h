// Sums, scatters and scalings of the rows of tiles.
// Part of kernel_loops.h, which says what may stand here.
#pragma once

#include "server/synth/kernels/kernels.h"
#include "server/synth/kernels/panels.h"

namespace ctgan::synth::kernels {
namespace {

constexpr std::size_t k_lanes = k_panel_columns;

template <typename T>
void fill_rows(T* tile, std::size_t rows, const T* row) {
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < k_lanes; ++c) tile[r * k_lanes + c] = row[c];
}

template <typename T>
void add_rows(T* tile, std::size_t rows, const T* table, const std::uint32_t* which) {
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < k_lanes; ++c) tile[r * k_lanes + c] += table[which[r] * k_lanes + c];
}

template <typename T>
void scatter_rows(T* table, std::size_t rows, const T* tile, const std::uint32_t* which) {
  for (std::size_t r = 0; r < rows; ++r) {
    T* __restrict row = table + which[r] * k_lanes;
    for (std::size_t c = 0; c < k_lanes; ++c) row[c] += tile[r * k_lanes + c];
  }
}

template <typename T>
void add_sparse(T* tile, std::size_t rows, std::size_t group, const SparseRows<T>& sparse, const T* table) {
  const std::size_t count = group * sparse.entries;
  for (std::size_t r = 0; r < rows; ++r) {
    T sum[k_lanes];
    for (std::size_t c = 0; c < k_lanes; ++c) sum[c] = tile[r * k_lanes + c];
    for (std::size_t i = r * count; i < (r + 1) * count; ++i) {
      const T* row = table + sparse.index[i] * k_lanes;
      const T value = sparse.value[i];
      for (std::size_t c = 0; c < k_lanes; ++c) sum[c] += value * row[c];
    }
    for (std::size_t c = 0; c < k_lanes; ++c) tile[r * k_lanes + c] = sum[c];
  }
}

template <typename T>
void scatter_sparse(T* table, std::size_t rows, std::size_t group, std::size_t member,
                    const SparseRows<T>& sparse, std::uint32_t first, const T* tile) {
  for (std::size_t r = 0; r < rows; ++r) {
    const std::size_t start = (r * group + member) * sparse.entries;
    for (std::size_t i = start; i < start + sparse.entries; ++i) {
      T* __restrict row = table + (sparse.index[i] - first) * k_lanes;
      const T value = sparse.value[i];
      for (std::size_t c = 0; c < k_lanes; ++c) row[c] += value * tile[r * k_lanes + c];
    }
  }
}

template <typename T>
void mix_rows(T* out, std::size_t rows, const float* share, const T* a, const T* b) {
  for (std::size_t r = 0; r < rows; ++r) {
    const T of_a = share[r], of_b = 1 - of_a;
    for (std::size_t c = 0; c < k_lanes; ++c)
      out[r * k_lanes + c] = of_a * a[r * k_lanes + c] + of_b * b[r * k_lanes + c];
  }
}

template <typename T>
void scale_rows(T* tile, std::size_t rows, const T* factor) {
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < k_lanes; ++c) tile[r * k_lanes + c] *= factor[r];
}

template <typename T>
void multiply_elements(T* __restrict tile, std::size_t rows, const T* other) {
  for (std::size_t i = 0; i < rows * k_lanes; ++i) tile[i] *= other[i];
}

template <typename T>
void sum_rows(const T* tile, std::size_t rows, T* out) {
  T sum[k_lanes] = {};
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < k_lanes; ++c) sum[c] += tile[r * k_lanes + c];
  for (std::size_t c = 0; c < k_lanes; ++c) out[c] = sum[c];
}

template <typename T>
void sum_squares(const T* tile, std::size_t rows, T* sums) {
  T sum[k_lanes];
  for (std::size_t c = 0; c < k_lanes; ++c) sum[c] = sums[c];
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < k_lanes; ++c) sum[c] += tile[r * k_lanes + c] * tile[r * k_lanes + c];
  for (std::size_t c = 0; c < k_lanes; ++c) sums[c] = sum[c];
}

}  // namespace
}  // namespace ctgan::synth::kernels
