// Fits a model of noisy marginals to a confidential table: rows of which no unit of privacy has too many, cells as codes
// of domains that were declared or are found and paid for, what a method measures of them, and a statement of what that
// cost.
#pragma once

#include <string_view>
#include <utility>

#include "common/options/option_spec.h"
#include "server/synth/marginal_methods/mst.h"
#include "server/synth/model/trainer.h"

namespace ctgan::synth::marginal_methods {

class MarginalTrainer : public model::Trainer {
 public:
  // `table` has every cell as its text, and `metadata` the domains that were declared (table::declared_metadata). The
  // model's metadata have what was found. Throws Error(bad_data) where there is nothing to learn.
  std::unique_ptr<model::FittedModel> fit(model::TrainingTable table, const table::Metadata& metadata,
                                          const model::FitContext& context) final;

 protected:
  // `method` is the catalog's name.
  MarginalTrainer(std::string_view method, options::Values options)
      : options_(std::move(options)), method_(method) {}
  // Spends what the rows' accountant has.
  virtual MeasuredModel measure(ConfidentialRows& rows, const model::FitContext& context) const = 0;

  options::Values options_;

 private:
  std::string_view method_;
};

class MstTrainer final : public MarginalTrainer {
 public:
  explicit MstTrainer(options::Values options) : MarginalTrainer("mst", std::move(options)) {}

 private:
  MeasuredModel measure(ConfidentialRows& rows, const model::FitContext& context) const override;
};

class AimTrainer final : public MarginalTrainer {
 public:
  explicit AimTrainer(options::Values options) : MarginalTrainer("aim", std::move(options)) {}

 private:
  MeasuredModel measure(ConfidentialRows& rows, const model::FitContext& context) const override;
};

}  // namespace ctgan::synth::marginal_methods
