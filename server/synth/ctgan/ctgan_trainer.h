// Fits CTGAN as published (Xu et al. 2019, "Modeling Tabular data using Conditional GAN"): mode-specific
// normalization, training by sampling, WGAN-GP with packed rows.
#pragma once

#include "common/options/option_spec.h"
#include "server/synth/model/trainer.h"

namespace ctgan::synth::ctgan {

class CtganTrainer final : public model::Trainer {
 public:
  // `options` are checked values of the method "ctgan". REQUIRES: they hold a seed.
  explicit CtganTrainer(options::Values options);

  std::unique_ptr<model::FittedModel> fit(model::TrainingTable table, const table::Metadata& metadata,
                                          const model::FitContext& context) override;

  // A batch that is not full is none, but there is one in any case.
  static std::size_t steps_an_epoch(std::size_t rows, std::size_t batch_size);

 private:
  options::Values options_;
};

}  // namespace ctgan::synth::ctgan
