// The rows that a fitted TVAE draws (Xu et al. 2019, section 4.5): standard normal latent numbers, then what
// the decoder makes of them.
#pragma once

#include <cstdint>
#include <vector>

#include "server/synth/networks/tvae_shape.h"
#include "server/synth/neural/network_blocks.h"
#include "server/synth/neural/structural_zeros.h"

namespace ctgan::synth::tvae {

// How modes and categories come from the decoder's output: drawn with their probability, as the paper has it,
// or the likeliest always, as the published code does.
enum class Choice { drawn, likeliest };

class TvaeBlocks final : public neural::NetworkBlocks {
 public:
  // `shape`, `encoder` and `zeros` outlive it.
  TvaeBlocks(const networks::TvaeShape& shape, const encoders::TableEncoder& encoder, Choice choice,
             const networks::ParameterArena& decoder, const neural::StructuralZeros& zeros,
             std::uint64_t rows, std::uint64_t seed);

  bool takes_conditions() const override { return false; }

 private:
  void draw(std::size_t block, Buffers& buffers, Given given, encoders::EncodedTable& table) const override;
  void add_noise(std::size_t rows, Buffers& buffers) const;

  const networks::TvaeShape& shape_;
  Choice choice_;
  const neural::StructuralZeros& zeros_;
  // Of each block of the layout; 0 for those that are no scalars.
  std::vector<float> deviations_;
  std::size_t scalars_ = 0;
};

}  // namespace ctgan::synth::tvae
