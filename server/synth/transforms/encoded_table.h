// A table as the models see it, compactly: what mode-specific normalization and one-hot encoding say, without
// the zeros. Dense rows exist for one batch at a time only.
#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "server/synth/transforms/output_layout.h"

namespace ctgan::synth::transforms {

// One continuous column: the mode a value was assigned to and its scalar, (x - mean) / (4 sd) in [-0.99,
// 0.99].
struct EncodedContinuous {
  std::vector<std::uint8_t> mode;
  std::vector<float> scalar;
};

// One discrete column: the category code of each row, in the narrowest integer that holds the count.
struct EncodedDiscrete {
  // Zero-filled, for `rows` rows of `categories` categories: u8 up to 256 of them, u16 up to 65,536, else
  // u32.
  static EncodedDiscrete sized(std::size_t categories, std::size_t rows);

  std::variant<std::vector<std::uint8_t>, std::vector<std::uint16_t>, std::vector<std::uint32_t>> codes;

  std::uint32_t code(std::size_t row) const {
    return std::visit([row](const auto& v) { return static_cast<std::uint32_t>(v[row]); }, codes);
  }
  std::size_t rows() const {
    return std::visit([](const auto& v) { return v.size(); }, codes);
  }
  // REQUIRES: code < the count it was sized for.
  void set(std::size_t row, std::uint32_t code);
};

using EncodedColumn = std::variant<EncodedContinuous, EncodedDiscrete>;

struct EncodedTable {
  OutputLayout layout;
  std::vector<EncodedColumn> columns;  // in the layout's order
  std::size_t rows = 0;

  // Writes row `row` densely: zeros everywhere, then scalars and ones. REQUIRES: out.size() == layout.width.
  void write_dense(std::size_t row, std::span<float> out) const;
};

// How many rows have each mode or category of the block. REQUIRES: a block of the table's layout, no scalar.
std::vector<std::size_t> count_rows(const EncodedTable& table, const Block& block);

// Which modes have a width: an atom's scalars are all zero. REQUIRES: a block of modes of the table's layout.
std::vector<bool> wide_modes(const EncodedTable& table, const Block& modes);

}  // namespace ctgan::synth::transforms
