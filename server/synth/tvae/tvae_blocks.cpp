#include "server/synth/tvae/tvae_blocks.h"

#include <algorithm>

namespace ctgan::synth::tvae {
namespace {

using native_execution::RowGenerator;

// The first is a part of "same seed, same bytes"; see random::StreamId.
enum Substream : std::uint64_t { latent, choice, noise, k_substreams };

std::size_t strips_of(std::size_t rows) {
  return (rows + RowGenerator::k_strip - 1) / RowGenerator::k_strip;
}

}  // namespace

TvaeBlocks::TvaeBlocks(const networks::TvaeShape& shape, const encoders::TableEncoder& encoder, Choice choice,
                       const networks::ParameterArena& decoder, const neural::StructuralZeros& zeros,
                       std::uint64_t rows, std::uint64_t seed)
    : neural::NetworkBlocks(encoder, RowGenerator(shape, decoder), rows, seed),
      shape_(shape),
      choice_(choice),
      zeros_(zeros) {
  const auto deviations = decoder.values(decoder.find(networks::k_tvae_deviations));
  for (const encoders::Block& block : shape.layout.blocks) {
    const bool scalar = block.kind == encoders::Block::Kind::scalar;
    deviations_.push_back(scalar ? deviations[block.offset] : 0.0F);
    scalars_ += scalar ? 1 : 0;
  }
}

// The decoder's scalars are means; the values lie around them, in [-1, 1] as the modes' ends have it.
void TvaeBlocks::add_noise(std::size_t rows, Buffers& buffers) const {
  constexpr std::size_t k_strip = RowGenerator::k_strip;
  const float* from = buffers.noise.data();
  float* to = buffers.drawn.data();
  for (std::size_t strip = 0; strip < strips_of(rows); ++strip)
    for (const float deviation : deviations_) {
      if (deviation > 0) {
        for (std::size_t i = 0; i < k_strip; ++i)
          to[i] = std::clamp(to[i] + deviation * from[i], -1.0F, 1.0F);
        from += k_strip;
      }
      to += k_strip;
    }
}

void TvaeBlocks::draw(std::size_t block, Buffers& buffers, Given /*given*/,
                      encoders::EncodedTable& table) const {
  random::Stream latent = stream(block, Substream::latent, k_substreams);
  random::Stream choice = stream(block, Substream::choice, k_substreams);
  random::Stream noise = stream(block, Substream::noise, k_substreams);
  for (std::size_t first = 0; first < table.rows; first += RowGenerator::k_rows) {
    const std::size_t count = std::min(RowGenerator::k_rows, table.rows - first);
    const std::size_t draws = generator().draws(count);
    buffers.latent.resize(count * shape_.embedding_dim);
    latent.fill_normal(buffers.latent);
    buffers.drawn.resize(draws);
    if (choice_ == Choice::drawn) {
      buffers.uniform.resize(draws);
      choice.fill_uniform(buffers.uniform);
      generator().draw({count, buffers.latent, {}}, buffers.uniform, buffers.work, buffers.drawn);
      zeros_.settle({count, {}, &buffers.work.logits, buffers.uniform}, buffers.drawn);
    } else {
      generator().choose({count, buffers.latent, {}}, buffers.work, buffers.drawn);
    }
    buffers.noise.resize(strips_of(count) * scalars_ * RowGenerator::k_strip);
    noise.fill_normal(buffers.noise);
    add_noise(count, buffers);
    store(buffers.drawn, first, count, table);
  }
}

}  // namespace ctgan::synth::tvae
