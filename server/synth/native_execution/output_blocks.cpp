#include "server/synth/native_execution/output_blocks.h"

namespace ctgan::synth::native_execution {
namespace {

using encoders::Block;
using kernels::OutputBlock;

OutputBlock::Kind kind_of(Block::Kind kind) {
  switch (kind) {
    case Block::Kind::scalar:
      return OutputBlock::Kind::scalar;
    case Block::Kind::modes:
      return OutputBlock::Kind::modes;
    case Block::Kind::categories:
      break;
  }
  return OutputBlock::Kind::categories;
}

}  // namespace

std::vector<OutputBlock> output_blocks(const encoders::OutputLayout& layout) {
  std::vector<OutputBlock> blocks;
  blocks.reserve(layout.blocks.size());
  for (const Block& block : layout.blocks)
    blocks.push_back({kind_of(block.kind), block.offset, block.width, block.condition_offset});
  return blocks;
}

}  // namespace ctgan::synth::native_execution
