// Fits sequential trees: every column a tree, given the columns before it (sequential_trees.h).
#pragma once

#include "common/options/option_spec.h"
#include "server/synth/model/trainer.h"

namespace ctgan::synth::trees {

class TreesTrainer final : public model::Trainer {
 public:
  // `options` are checked values of the method "trees". REQUIRES: they hold a seed.
  explicit TreesTrainer(options::Values options);

  std::unique_ptr<model::FittedModel> fit(model::TrainingTable table, const table::Metadata& metadata,
                                          const model::FitContext& context) override;

 private:
  options::Values options_;
};

}  // namespace ctgan::synth::trees
