// PrivSyn as a trainer: what it measures (private_marginals.h), and the model that draws rows by it.
#pragma once

#include "server/synth/marginal_methods/marginal_trainer.h"

namespace ctgan::synth::privsyn {

class PrivsynTrainer final : public marginal_methods::MarginalTrainer {
 public:
  explicit PrivsynTrainer(options::Values options) : MarginalTrainer("privsyn", std::move(options)) {}

 private:
  std::unique_ptr<model::FittedModel> fit_rows(marginal_methods::ConfidentialRows& rows,
                                               domains::TableDomain domain,
                                               const model::FitContext& context) const override;
};

}  // namespace ctgan::synth::privsyn
