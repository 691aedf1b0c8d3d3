#include "server/synth/encoders/output_layout.h"

namespace ctgan::synth::encoders {

void OutputLayout::add_continuous(std::size_t modes) {
  const std::size_t column = columns();
  blocks.push_back({.kind = Block::Kind::scalar, .column = column, .offset = width, .width = 1});
  blocks.push_back({.kind = Block::Kind::modes, .column = column, .offset = width + 1, .width = modes});
  width += 1 + modes;
}

void OutputLayout::add_discrete(std::size_t categories) {
  blocks.push_back({.kind = Block::Kind::categories,
                    .column = columns(),
                    .offset = width,
                    .width = categories,
                    .condition_offset = condition_width});
  width += categories;
  condition_width += categories;
}

std::size_t OutputLayout::columns() const {
  return blocks.empty() ? 0 : blocks.back().column + 1;
}

std::vector<std::size_t> OutputLayout::discrete_blocks() const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i].kind == Block::Kind::categories) {
      found.push_back(i);
    }
  }
  return found;
}

std::vector<CategoryPlace> OutputLayout::category_places() const {
  std::vector<CategoryPlace> found;
  found.reserve(condition_width);
  for (const std::size_t block : discrete_blocks())
    for (std::size_t i = 0; i < blocks[block].width; ++i) found.push_back({block, blocks[block].offset + i});
  return found;
}

}  // namespace ctgan::synth::encoders
