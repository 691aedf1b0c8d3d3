// A trained TVAE: the decoder and what is needed to read its rows. The encoder is gone, and so is every
// training row.
#pragma once

#include "common/options/option_spec.h"
#include "server/synth/models/structural_zeros.h"
#include "server/synth/models/trainer.h"
#include "server/synth/networks/parameter_arena.h"
#include "server/synth/networks/tvae_shape.h"
#include "server/synth/transforms/table_transform.h"

namespace ctgan::synth::models {

class FittedTvae final : public FittedModel {
 public:
  // `decoder` holds networks::decoder_parameters() of the options' shape. The option sample_choice says how
  // modes and categories come from its output, see Choice.
  FittedTvae(options::Values options, transforms::TableTransform transform, networks::ParameterArena decoder,
             StructuralZeros zeros = {});
  // Throws Error(bad_data) saying which part of the archive is missing or wrong.
  static std::unique_ptr<FittedTvae> load(const archive::Archive& archive);

  std::string name() const override;
  const table::Metadata& metadata() const override { return metadata_; }
  std::vector<Category> categories(std::size_t column) const override;
  // On the CPU, in blocks whose size depends on the model only. A smaller sample is the beginning of a larger
  // one of the same seed.
  std::unique_ptr<SampledBlocks> sample(std::uint64_t rows, std::uint64_t seed) const override;
  archive::Archive save() const override;

 private:
  options::Values options_;
  transforms::TableTransform transform_;
  table::Metadata metadata_;
  networks::TvaeShape shape_;
  networks::ParameterArena decoder_;
  StructuralZeros zeros_;
};

}  // namespace ctgan::synth::models
