// Sums, scatters and scalings of the rows of tiles.
// Part of kernel_loops.h, which says what may stand here.
#pragma once

#include "server/synth/kernels/kernels.h"
#include "server/synth/kernels/panels.h"

namespace ctgan::synth::kernels {
namespace {

constexpr std::size_t k_lanes = k_panel_columns;

template <typename T>
struct Vector {
  using Type [[gnu::vector_size(k_vector_bytes), gnu::may_alias]] = T;
  static constexpr int k_count = static_cast<int>(k_lanes * sizeof(T)) / k_vector_bytes;  // in a panel's row
};

// One row of a tile in registers: compilers turn loops over rows of unknown overlap into single numbers.
template <typename T>
struct Row {
  using V = typename Vector<T>::Type;
  static constexpr int k_count = Vector<T>::k_count;
  static constexpr int k_width = k_vector_bytes / static_cast<int>(sizeof(T));

  static Row at(const T* from) {
    Row row;
    for (int v = 0; v < k_count; ++v) row.part[v] = *reinterpret_cast<const V*>(from + v * k_width);
    return row;
  }
  void store(T* to) const {
    for (int v = 0; v < k_count; ++v) *reinterpret_cast<V*>(to + v * k_width) = part[v];
  }
  void add(T factor, const Row& other) {
    for (int v = 0; v < k_count; ++v) part[v] += other.part[v] * factor;
  }

  V part[k_count];
};

template <typename T>
void fill_rows(T* tile, std::size_t rows, const T* row) {
  const auto from = Row<T>::at(row);
  for (std::size_t r = 0; r < rows; ++r) from.store(tile + r * k_lanes);
}

template <typename T>
void add_rows(T* tile, std::size_t rows, const T* table, const std::uint32_t* which) {
  for (std::size_t r = 0; r < rows; ++r) {
    auto sum = Row<T>::at(tile + r * k_lanes);
    sum.add(1, Row<T>::at(table + which[r] * k_lanes));
    sum.store(tile + r * k_lanes);
  }
}

template <typename T>
void scatter_rows(T* table, std::size_t rows, const T* tile, const std::uint32_t* which) {
  for (std::size_t r = 0; r < rows; ++r) {
    T* to = table + which[r] * k_lanes;
    auto sum = Row<T>::at(to);
    sum.add(1, Row<T>::at(tile + r * k_lanes));
    sum.store(to);
  }
}

// `k_rows` rows of `count` entries each; their sums wait for their additions side by side.
template <typename T, int k_rows>
void add_sparse_rows(T* tile, std::size_t count, const std::uint32_t* index, const T* value, const T* table) {
  Row<T> sums[k_rows];
  for (int r = 0; r < k_rows; ++r) sums[r] = Row<T>::at(tile + r * k_lanes);
  for (std::size_t i = 0; i < count; ++i)
#pragma GCC unroll 8
    for (int r = 0; r < k_rows; ++r)
      sums[r].add(value[r * count + i], Row<T>::at(table + index[r * count + i] * k_lanes));
  for (int r = 0; r < k_rows; ++r) sums[r].store(tile + r * k_lanes);
}

template <typename T>
void add_sparse(T* tile, std::size_t rows, std::size_t group, const SparseRows<T>& sparse, const T* table) {
  // As many sums as two additions a cycle of a latency of four take.
  constexpr int k_together = Row<T>::k_count < 8 ? 8 / Row<T>::k_count : 1;
  const std::size_t count = group * sparse.entries;
  std::size_t r = 0;
  for (; r + k_together <= rows; r += k_together)
    add_sparse_rows<T, k_together>(tile + r * k_lanes, count, sparse.index + r * count,
                                   sparse.value + r * count, table);
  for (; r < rows; ++r)
    add_sparse_rows<T, 1>(tile + r * k_lanes, count, sparse.index + r * count, sparse.value + r * count,
                          table);
}

template <typename T>
void scatter_sparse(T* table, std::size_t rows, std::size_t group, std::size_t member,
                    const SparseRows<T>& sparse, std::uint32_t first, const T* tile) {
  for (std::size_t r = 0; r < rows; ++r) {
    const std::size_t start = (r * group + member) * sparse.entries;
    const auto from = Row<T>::at(tile + r * k_lanes);
    for (std::size_t i = start; i < start + sparse.entries; ++i) {
      T* to = table + (sparse.index[i] - first) * k_lanes;
      auto sum = Row<T>::at(to);
      sum.add(sparse.value[i], from);
      sum.store(to);
    }
  }
}

template <typename T>
void mix_rows(T* out, std::size_t rows, const float* share, const T* a, const T* b) {
  for (std::size_t r = 0; r < rows; ++r) {
    const T of_a = share[r];
    Row<T> mixed{};
    mixed.add(of_a, Row<T>::at(a + r * k_lanes));
    mixed.add(1 - of_a, Row<T>::at(b + r * k_lanes));
    mixed.store(out + r * k_lanes);
  }
}

template <typename T>
void scale_rows(T* tile, std::size_t rows, const T* factor) {
  for (std::size_t r = 0; r < rows; ++r) {
    Row<T> scaled{};
    scaled.add(factor[r], Row<T>::at(tile + r * k_lanes));
    scaled.store(tile + r * k_lanes);
  }
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
