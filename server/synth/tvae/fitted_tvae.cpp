#include "server/synth/tvae/fitted_tvae.h"

#include <utility>

#include "server/synth/tvae/tvae_archive.h"
#include "server/synth/tvae/tvae_blocks.h"
#include "server/synth/tvae/tvae_settings.h"

namespace ctgan::synth::tvae {

FittedTvae::FittedTvae(neural::NetworkParts given)
    : FittedNetwork(tvae_format(), std::move(given)),
      shape_(tvae_shape(parts().options, parts().encoder.layout())) {}

std::unique_ptr<FittedTvae> FittedTvae::load(const archive::Archive& archive) {
  return std::make_unique<FittedTvae>(neural::read_network(tvae_format(), archive));
}

std::unique_ptr<neural::NetworkBlocks> FittedTvae::blocks(std::uint64_t rows, std::uint64_t seed) const {
  const Choice choice = parts().options.text("sample_choice") == "drawn" ? Choice::drawn : Choice::likeliest;
  return std::make_unique<TvaeBlocks>(shape_, parts().encoder, choice, parts().parameters, parts().zeros,
                                      rows, seed);
}

}  // namespace ctgan::synth::tvae
