#include "server/synth/transforms/encoded_table.h"

#include <algorithm>

namespace ctgan::synth::transforms {

EncodedDiscrete EncodedDiscrete::sized(std::size_t categories, std::size_t rows) {
  constexpr std::size_t k_u8 = std::size_t{1} << 8;
  constexpr std::size_t k_u16 = std::size_t{1} << 16;
  EncodedDiscrete column;
  if (categories <= k_u8) {
    column.codes = std::vector<std::uint8_t>(rows);
  } else if (categories <= k_u16) {
    column.codes = std::vector<std::uint16_t>(rows);
  } else {
    column.codes = std::vector<std::uint32_t>(rows);
  }
  return column;
}

void EncodedDiscrete::set(std::size_t row, std::uint32_t code) {
  std::visit(
      [&](auto& v) {
        using Code = typename std::decay_t<decltype(v)>::value_type;
        v[row] = static_cast<Code>(code);
      },
      codes);
}

void EncodedTable::write_dense(std::size_t row, std::span<float> out) const {
  std::fill(out.begin(), out.end(), 0.0F);
  for (const Block& block : layout.blocks) {
    switch (block.kind) {
      case Block::Kind::scalar:
        out[block.offset] = std::get<EncodedContinuous>(columns[block.column]).scalar[row];
        break;
      case Block::Kind::modes:
        out[block.offset + std::get<EncodedContinuous>(columns[block.column]).mode[row]] = 1.0F;
        break;
      case Block::Kind::categories:
        out[block.offset + std::get<EncodedDiscrete>(columns[block.column]).code(row)] = 1.0F;
        break;
    }
  }
}

std::vector<std::size_t> count_rows(const EncodedTable& table, const Block& block) {
  std::vector<std::size_t> counts(block.width);
  const EncodedColumn& column = table.columns[block.column];
  for (std::size_t row = 0; row < table.rows; ++row)
    ++counts[block.kind == Block::Kind::modes ? std::get<EncodedContinuous>(column).mode[row]
                                              : std::get<EncodedDiscrete>(column).code(row)];
  return counts;
}

std::vector<bool> wide_modes(const EncodedTable& table, const Block& modes) {
  const auto& column = std::get<EncodedContinuous>(table.columns[modes.column]);
  std::vector<bool> wide(modes.width);
  for (std::size_t row = 0; row < table.rows; ++row)
    if (column.scalar[row] != 0) wide[column.mode[row]] = true;
  return wide;
}

}  // namespace ctgan::synth::transforms
