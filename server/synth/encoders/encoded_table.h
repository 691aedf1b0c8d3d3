// A table as the models see it, compactly: what mode-specific normalization and one-hot encoding say, without
// the zeros. Dense rows exist for one batch at a time only.
#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "server/synth/codecs/codes.h"
#include "server/synth/encoders/output_layout.h"

namespace ctgan::synth::encoders {

// One continuous column: the mode a value was assigned to and its scalar, (x - mean) / (4 sd) in [-0.99,
// 0.99].
struct EncodedContinuous {
  std::vector<std::uint8_t> mode;
  std::vector<float> scalar;
};

// One continuous column, or one discrete: the category code of each row.
using EncodedColumn = std::variant<EncodedContinuous, codecs::Codes>;

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

}  // namespace ctgan::synth::encoders
