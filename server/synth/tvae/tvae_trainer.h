// Fits TVAE as published (Xu et al. 2019, "Modeling Tabular data using Conditional GAN", section 4.5): a
// variational autoencoder over the rows of mode-specific normalization.
#pragma once

#include "common/options/option_spec.h"
#include "server/synth/model/trainer.h"

namespace ctgan::synth::tvae {

class TvaeTrainer final : public model::Trainer {
 public:
  // `options` are checked values of the method "tvae". REQUIRES: they hold a seed.
  explicit TvaeTrainer(options::Values options);

  std::unique_ptr<model::FittedModel> fit(model::TrainingTable table, const table::Metadata& metadata,
                                          const model::FitContext& context) override;

  // The last batch may be smaller.
  static std::size_t steps_an_epoch(std::size_t rows, std::size_t batch_size);

 private:
  options::Values options_;
};

}  // namespace ctgan::synth::tvae
