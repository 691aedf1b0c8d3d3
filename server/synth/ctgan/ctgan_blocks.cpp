#include "server/synth/ctgan/ctgan_blocks.h"

#include <algorithm>

namespace ctgan::synth::ctgan {
namespace {

using native_execution::RowGenerator;

// The first is a part of "same seed, same bytes"; see random::StreamId.
enum Substream : std::uint64_t { latent, condition, choice, k_substreams };

}  // namespace

CtganBlocks::CtganBlocks(const networks::CtganShape& shape, const encoders::TableEncoder& encoder,
                         const neural::ConditionSampler& conditions,
                         const networks::ParameterArena& generator, const neural::StructuralZeros& zeros,
                         std::uint64_t rows, std::uint64_t seed)
    : neural::NetworkBlocks(encoder, RowGenerator(shape, generator), rows, seed),
      shape_(shape),
      conditions_(conditions),
      zeros_(zeros) {}

void CtganBlocks::draw(std::size_t block, Buffers& buffers, Given given,
                       encoders::EncodedTable& table) const {
  random::Stream latent = stream(block, Substream::latent, k_substreams);
  random::Stream condition = stream(block, Substream::condition, k_substreams);
  random::Stream choice = stream(block, Substream::choice, k_substreams);
  for (std::size_t first = 0; first < table.rows; first += RowGenerator::k_rows) {
    const std::size_t count = std::min(RowGenerator::k_rows, table.rows - first);
    buffers.latent.resize(count * shape_.embedding_dim);
    latent.fill_normal(buffers.latent);
    buffers.condition.resize(conditions_.empty() ? 0 : count);
    for (std::uint32_t& position : buffers.condition)
      position = given.empty() ? conditions_.draw(condition) : draw_given(given, condition);
    buffers.uniform.resize(generator().draws(count));
    choice.fill_uniform(buffers.uniform);
    buffers.drawn.resize(buffers.uniform.size());
    generator().draw({count, buffers.latent, buffers.condition}, buffers.uniform, buffers.work,
                     buffers.drawn);
    zeros_.settle({count, buffers.condition, &buffers.work.logits, buffers.uniform}, buffers.drawn);
    store(buffers.drawn, first, count, table);
  }
}

}  // namespace ctgan::synth::ctgan
