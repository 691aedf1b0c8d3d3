// A trained TVAE: the decoder and what is needed to read its rows. The encoder is gone, and so is every
// training row.
#pragma once

#include "server/synth/networks/tvae_shape.h"
#include "server/synth/neural/fitted_network.h"

namespace ctgan::synth::tvae {

class FittedTvae final : public neural::FittedNetwork {
 public:
  // REQUIRES: networks::decoder_parameters() of the options' shape. The option sample_choice says how modes
  // and categories come from the decoder's output.
  explicit FittedTvae(neural::NetworkParts parts);
  // Throws Error(bad_data) saying which part of the archive is missing or wrong.
  static std::unique_ptr<FittedTvae> load(const archive::Archive& archive);

 private:
  // On the CPU, in blocks whose size depends on the model only. A smaller sample is the beginning of a larger
  // one of the same seed.
  std::unique_ptr<neural::NetworkBlocks> blocks(std::uint64_t rows, std::uint64_t seed) const override;

  networks::TvaeShape shape_;
};

}  // namespace ctgan::synth::tvae
