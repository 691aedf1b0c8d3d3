#include "server/synth/models/fitted_tvae.h"

#include <utility>

#include "server/synth/models/column_categories.h"
#include "server/synth/models/tvae_archive.h"
#include "server/synth/models/tvae_blocks.h"
#include "server/synth/models/tvae_settings.h"

namespace ctgan::synth::models {

FittedTvae::FittedTvae(options::Values options, transforms::TableTransform transform,
                       networks::ParameterArena decoder, StructuralZeros zeros)
    : options_(std::move(options)),
      transform_(std::move(transform)),
      metadata_(transform_.metadata()),
      shape_(tvae_shape(options_, transform_.layout())),
      decoder_(std::move(decoder)),
      zeros_(std::move(zeros)) {}

std::unique_ptr<FittedTvae> FittedTvae::load(const archive::Archive& archive) {
  TvaeParts parts = read_tvae(archive);
  return std::make_unique<FittedTvae>(std::move(parts.options), std::move(parts.transform),
                                      std::move(parts.decoder), std::move(parts.zeros));
}

std::string FittedTvae::name() const {
  return std::string(k_tvae);
}

std::vector<Category> FittedTvae::categories(std::size_t column) const {
  return categories_of(transform_, column);
}

std::unique_ptr<SampledBlocks> FittedTvae::sample(std::uint64_t rows, std::uint64_t seed) const {
  const Choice choice = options_.text("sample_choice") == "drawn" ? Choice::drawn : Choice::likeliest;
  return std::make_unique<TvaeBlocks>(shape_, transform_, choice, decoder_, zeros_, rows, seed);
}

archive::Archive FittedTvae::save() const {
  return write_tvae(options_, transform_, decoder_, zeros_);
}

}  // namespace ctgan::synth::models
