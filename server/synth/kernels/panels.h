// The layout of every matrix that the kernels touch: panels of 32 columns, each row-major by itself, so that
// the 32 numbers of a row of a panel are neighbours. Element (r, c) stands in panel c / 32 at r * 32 + c
// % 32. The columns beyond the last are zero and every kernel keeps them so.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>

namespace ctgan::synth::kernels {

inline constexpr std::size_t k_panel_columns = 32;
inline constexpr std::size_t k_cache_line = 64;  // bytes

inline constexpr std::size_t panels_of(std::size_t columns) {
  return (columns + k_panel_columns - 1) / k_panel_columns;
}

// Zero-filled unless said otherwise, aligned to a cache line.
template <typename T>
class AlignedBuffer {
 public:
  AlignedBuffer() = default;
  explicit AlignedBuffer(std::size_t size)
      : size_(size), data_(new (std::align_val_t{k_cache_line}) T[size]()) {}

  // For what is written before it is read.
  static AlignedBuffer unfilled(std::size_t size) {
    AlignedBuffer buffer;
    buffer.size_ = size;
    buffer.data_.reset(new (std::align_val_t{k_cache_line}) T[size]);
    return buffer;
  }

  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  std::size_t size() const { return size_; }
  std::span<T> span() { return {data(), size_}; }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }

 private:
  struct Delete {
    void operator()(T* data) const { ::operator delete[](data, std::align_val_t{k_cache_line}); }
  };
  std::size_t size_ = 0;
  std::unique_ptr<T[], Delete> data_;
};

template <typename T>
class Panels {
 public:
  Panels() = default;
  Panels(std::size_t rows, std::size_t columns)
      : rows_(rows), columns_(columns), data_(panels_of(columns) * rows * k_panel_columns) {}

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }
  std::size_t panels() const { return panels_of(columns_); }
  // Between an element and the one 32 columns further.
  std::size_t panel_stride() const { return rows_ * k_panel_columns; }

  T* panel(std::size_t index, std::size_t row = 0) {
    return data_.data() + index * panel_stride() + row * k_panel_columns;
  }
  const T* panel(std::size_t index, std::size_t row = 0) const {
    return data_.data() + index * panel_stride() + row * k_panel_columns;
  }
  T& at(std::size_t row, std::size_t column) {
    return panel(column / k_panel_columns, row)[column % k_panel_columns];
  }
  const T& at(std::size_t row, std::size_t column) const {
    return panel(column / k_panel_columns, row)[column % k_panel_columns];
  }

 private:
  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
  AlignedBuffer<T> data_;
};

}  // namespace ctgan::synth::kernels
