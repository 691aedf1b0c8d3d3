// A trained CTGAN: the generator and what is needed to give it conditions and to read its rows. The
// discriminator is gone, and so is every training row.
#pragma once

#include "common/options/option_spec.h"
#include "server/synth/models/conditional_sampler.h"
#include "server/synth/models/structural_zeros.h"
#include "server/synth/models/trainer.h"
#include "server/synth/networks/ctgan_execution.h"
#include "server/synth/transforms/table_transform.h"

namespace ctgan::synth::models {

class FittedCtgan final : public FittedModel {
 public:
  // `generator` holds networks::generator_parameters() of the options' shape. The option sample_frequency
  // says how conditions are drawn: by their share, or by its logarithm as the published code does.
  FittedCtgan(options::Values options, transforms::TableTransform transform,
              networks::ParameterArena generator, StructuralZeros zeros = {});
  // Throws Error(bad_data) saying which part of the archive is missing or wrong.
  static std::unique_ptr<FittedCtgan> load(const archive::Archive& archive);

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
  networks::CtganShape shape_;
  networks::ParameterArena generator_;
  StructuralZeros zeros_;
  ConditionSampler conditions_;
};

}  // namespace ctgan::synth::models
