#include "server/synth/encoders/encoded_table.h"

#include <algorithm>

namespace ctgan::synth::encoders {

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
        out[block.offset + std::get<codecs::Codes>(columns[block.column]).code(row)] = 1.0F;
        break;
    }
  }
}

std::vector<std::size_t> count_rows(const EncodedTable& table, const Block& block) {
  std::vector<std::size_t> counts(block.width);
  const EncodedColumn& column = table.columns[block.column];
  for (std::size_t row = 0; row < table.rows; ++row)
    ++counts[block.kind == Block::Kind::modes ? std::get<EncodedContinuous>(column).mode[row]
                                              : std::get<codecs::Codes>(column).code(row)];
  return counts;
}

std::vector<bool> wide_modes(const EncodedTable& table, const Block& modes) {
  const auto& column = std::get<EncodedContinuous>(table.columns[modes.column]);
  std::vector<bool> wide(modes.width);
  for (std::size_t row = 0; row < table.rows; ++row)
    if (column.scalar[row] != 0) wide[column.mode[row]] = true;
  return wide;
}

}  // namespace ctgan::synth::encoders
