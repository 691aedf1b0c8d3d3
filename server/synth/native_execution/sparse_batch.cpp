#include "server/synth/native_execution/sparse_batch.h"

#include <algorithm>

namespace ctgan::synth::native_execution {
namespace {

// Rows of a piece: some microseconds' work.
constexpr std::size_t k_piece = 64;

}  // namespace

using encoders::Block;

template <typename T>
template <typename Column, typename Number>
void SparseBatch<T>::add(const Piece& piece, std::size_t entry, const Column& column, const Number& number) {
  for (std::size_t row = piece.first; row < piece.last; ++row) {
    index_[row * entries_ + entry] = static_cast<std::uint32_t>(piece.start[row - piece.first] + column(row));
    value_[row * entries_ + entry] = number(row);
  }
}

template <typename T>
void SparseBatch<T>::add_block(const Piece& piece, std::size_t entry) {
  const Block& block = encoded_.layout.blocks[entry];
  const auto& column = encoded_.columns[block.column];
  const auto one = [](std::size_t) { return T{1}; };
  const auto add_codes = [&](const auto& codes) {
    add(
        piece, entry, [&](std::size_t row) { return block.offset + codes[rows_[row]]; }, one);
  };
  if (block.kind == Block::Kind::scalar) {
    const auto& scalar = std::get<encoders::EncodedContinuous>(column).scalar;
    add(
        piece, entry, [&](std::size_t) { return block.offset; },
        [&](std::size_t row) { return static_cast<T>(scalar[rows_[row]]); });
  } else if (block.kind == Block::Kind::modes) {
    add_codes(std::get<encoders::EncodedContinuous>(column).mode);
  } else {
    std::visit(add_codes, std::get<codecs::Codes>(column).codes);
  }
}

template <typename T>
std::size_t SparseBatch<T>::begin(std::span<const std::uint32_t> rows,
                                  std::span<const std::uint32_t> condition) {
  rows_ = rows;
  condition_ = condition;
  entries_ = encoded_.layout.blocks.size() + (condition.empty() ? 0 : 1);
  index_.resize(rows.size() * entries_);
  value_.resize(rows.size() * entries_);
  return (rows.size() + k_piece - 1) / k_piece;
}

template <typename T>
void SparseBatch<T>::load(std::size_t piece) {
  const std::size_t first = piece * k_piece;
  Piece part{first, std::min(rows_.size(), first + k_piece), {}};
  for (std::size_t row = part.first; row < part.last; ++row) part.start.push_back(row % group_ * stride_);
  const encoders::OutputLayout& layout = encoded_.layout;
  for (std::size_t entry = 0; entry < layout.blocks.size(); ++entry) add_block(part, entry);
  if (!condition_.empty())
    add(
        part, layout.blocks.size(), [&](std::size_t row) { return layout.width + condition_[row]; },
        [](std::size_t) { return T{1}; });
}

template class SparseBatch<float>;
template class SparseBatch<double>;

}  // namespace ctgan::synth::native_execution
