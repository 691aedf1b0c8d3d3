// The non-zero numbers of a batch of rows of an encoded table: one for each block of its layout, and one for
// the condition that the row was drawn for.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "server/synth/encoders/encoded_table.h"
#include "server/synth/kernels/kernels.h"

namespace ctgan::synth::native_execution {

template <typename T>
class SparseBatch {
 public:
  // `encoded` outlives it. Row r of a batch is member r % group of a packed row, whose columns start at
  // (r % group) * stride.
  explicit SparseBatch(const encoders::EncodedTable& encoded, std::size_t group = 1, std::size_t stride = 0)
      : encoded_(encoded), group_(group), stride_(stride) {}

  // Takes a batch, of which nothing is read after its last piece was loaded. Returns the number of pieces.
  std::size_t begin(std::span<const std::uint32_t> rows, std::span<const std::uint32_t> condition = {});
  // Each piece once, from any thread.
  void load(std::size_t piece);
  // Once all are loaded; valid until the next batch. Entry b of a row is the number of block b; behind them stands
  // a one at layout.width + condition[row], unless `condition` is empty.
  kernels::SparseRows<T> rows() const { return {index_.data(), value_.data(), entries_}; }

 private:
  // Neighbouring rows, with the column that each one's numbers start at.
  struct Piece {
    std::size_t first = 0, last = 0;
    std::vector<std::size_t> start;
  };

  template <typename Column, typename Number>
  void add(const Piece& piece, std::size_t entry, const Column& column, const Number& number);
  void add_block(const Piece& piece, std::size_t entry);

  const encoders::EncodedTable& encoded_;
  std::size_t group_, stride_;
  std::span<const std::uint32_t> rows_, condition_;
  std::size_t entries_ = 0;
  std::vector<std::uint32_t> index_;
  std::vector<T> value_;
};

}  // namespace ctgan::synth::native_execution
