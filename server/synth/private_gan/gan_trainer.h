// Fits a GAN to a confidential table: one-way marginals with noise, a generator that was trained against what a method may
// tell of the rows, and its shares put right by the marginals.
#pragma once

#include <memory>

#include "server/synth/marginal_methods/marginal_trainer.h"
#include "server/synth/networks/ctgan_shape.h"
#include "server/synth/private_gan/generator_training.h"
#include "server/synth/private_gan/noisy_shares.h"

namespace ctgan::synth::private_gan {

// What a training begins with. All of it outlives the training.
struct TrainingStart {
  const options::Values& options;
  const networks::CtganShape& shape;
  const NoisyShares& shares;
  const neural::ConditionSampler& conditions;
  std::uint64_t seed;  // of what needs no protection
  const model::FitContext& context;
};

// Of what discriminates: one network in dpctgan; in patectgan the student and each teacher.
networks::OptimizerOptions discriminator_optimizer(const options::Values& options);

class GanTrainer : public marginal_methods::MarginalTrainer {
 protected:
  using MarginalTrainer::MarginalTrainer;
  std::unique_ptr<model::FittedModel> fit_rows(marginal_methods::ConfidentialRows& rows,
                                               domains::TableDomain domain,
                                               const model::FitContext& context) const final;
  // Spends what is left. Returns the generator's parameters.
  virtual networks::ParameterArena train(marginal_methods::ConfidentialRows& rows,
                                         const TrainingStart& start) const = 0;
};

// dpctgan.h.
class DpctganTrainer final : public GanTrainer {
 public:
  explicit DpctganTrainer(options::Values options) : GanTrainer("dpctgan", std::move(options)) {}

 private:
  privacy::Composition composition() const override { return privacy::Composition::renyi; }
  networks::ParameterArena train(marginal_methods::ConfidentialRows& rows,
                                 const TrainingStart& start) const override;
};

// patectgan.h.
class PatectganTrainer final : public GanTrainer {
 public:
  explicit PatectganTrainer(options::Values options) : GanTrainer("patectgan", std::move(options)) {}

 private:
  networks::ParameterArena train(marginal_methods::ConfidentialRows& rows,
                                 const TrainingStart& start) const override;
};

}  // namespace ctgan::synth::private_gan
