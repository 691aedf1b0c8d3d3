#include "server/synth/native_execution/sparse_batch.h"

namespace ctgan::synth::native_execution {

using encoders::Block;

template <typename T>
template <typename Column, typename Number>
void SparseBatch<T>::add(std::size_t entry, const Column& column, const Number& number) {
  for (std::size_t row = 0; row < rows_; ++row) {
    index_[row * entries_ + entry] = static_cast<std::uint32_t>(row % group_ * stride_ + column(row));
    value_[row * entries_ + entry] = number(row);
  }
}

template <typename T>
void SparseBatch<T>::add_block(std::size_t entry, std::span<const std::uint32_t> rows) {
  const Block& block = encoded_.layout.blocks[entry];
  const auto& column = encoded_.columns[block.column];
  const auto one = [](std::size_t) { return T{1}; };
  const auto add_codes = [&](const auto& codes) {
    add(
        entry, [&](std::size_t row) { return block.offset + codes[rows[row]]; }, one);
  };
  if (block.kind == Block::Kind::scalar) {
    const auto& scalar = std::get<encoders::EncodedContinuous>(column).scalar;
    add(
        entry, [&](std::size_t) { return block.offset; },
        [&](std::size_t row) { return static_cast<T>(scalar[rows[row]]); });
  } else if (block.kind == Block::Kind::modes) {
    add_codes(std::get<encoders::EncodedContinuous>(column).mode);
  } else {
    std::visit(add_codes, std::get<codecs::Codes>(column).codes);
  }
}

template <typename T>
kernels::SparseRows<T> SparseBatch<T>::load(std::span<const std::uint32_t> rows,
                                            std::span<const std::uint32_t> condition) {
  const encoders::OutputLayout& layout = encoded_.layout;
  rows_ = rows.size();
  entries_ = layout.blocks.size() + (condition.empty() ? 0 : 1);
  index_.resize(rows_ * entries_);
  value_.resize(rows_ * entries_);
  for (std::size_t entry = 0; entry < layout.blocks.size(); ++entry) add_block(entry, rows);
  if (!condition.empty())
    add(
        layout.blocks.size(), [&](std::size_t row) { return layout.width + condition[row]; },
        [](std::size_t) { return T{1}; });
  return {index_.data(), value_.data(), entries_};
}

template class SparseBatch<float>;
template class SparseBatch<double>;

}  // namespace ctgan::synth::native_execution
