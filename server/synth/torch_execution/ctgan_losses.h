// The two losses of a CTGAN step as autograd graphs (Xu et al. 2019, section 4.3 and 4.4; WGAN-GP: Gulrajani
// et al. 2017; PacGAN: Lin et al. 2018).
#pragma once

#include "server/synth/networks/ctgan_execution.h"
#include "server/synth/torch_execution/batch_tensors.h"
#include "server/synth/torch_execution/ctgan_networks.h"

namespace ctgan::synth::torch_execution {

struct DiscriminatorLoss {
  torch::Tensor score;    // mean D(fake) - mean D(real)
  torch::Tensor penalty;  // gradient_penalty * mean (|d D(mixed) / d mixed| - 1)^2
};

class CtganLosses {
 public:
  // Everything outlives this.
  CtganLosses(const networks::CtganShape& shape, const networks::CtganTraining& training,
              const encoders::EncodedTable& encoded, const NetworkTensors& generator,
              const NetworkTensors& discriminator);

  // A graph over the discriminator's parameters; the fake rows are constants in it.
  DiscriminatorLoss discriminator_loss(const networks::DiscriminatorBatch& batch) const;
  // A graph over the generator's parameters: -mean D(fake) + conditional cross-entropy.
  torch::Tensor generator_loss(const networks::GeneratorBatch& batch) const;

 private:
  torch::Tensor fake_rows(const networks::FakeRows& fake, const torch::Tensor& logits,
                          const torch::Tensor& input) const;
  torch::Tensor gradient_penalty(const networks::DiscriminatorBatch& batch, const torch::Tensor& real,
                                 const torch::Tensor& fake) const;

  const networks::CtganShape& shape_;
  const networks::CtganTraining& training_;
  const encoders::EncodedTable& encoded_;
  BatchTensors batch_;
  Generator generator_;
  Discriminator discriminator_;
};

}  // namespace ctgan::synth::torch_execution
