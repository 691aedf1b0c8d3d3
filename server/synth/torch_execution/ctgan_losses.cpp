#include "server/synth/torch_execution/ctgan_losses.h"

#include "server/synth/torch_execution/activation.h"

namespace ctgan::synth::torch_execution {

CtganLosses::CtganLosses(const networks::CtganShape& shape, const networks::CtganTraining& training,
                         const encoders::EncodedTable& encoded, const NetworkTensors& generator,
                         const NetworkTensors& discriminator)
    : shape_(shape),
      training_(training),
      encoded_(encoded),
      batch_(shape, generator.options()),
      generator_(shape, generator),
      discriminator_(shape, discriminator, training.leaky_slope) {}

// The generator's input ends with the condition, which the discriminator sees too.
torch::Tensor CtganLosses::fake_rows(const networks::FakeRows& fake, const torch::Tensor& logits,
                                     const torch::Tensor& input) const {
  const torch::Tensor gumbel = batch_.matrix(fake.gumbel, shape_.layout.width).t();
  const torch::Tensor rows = activate(logits, gumbel, training_.gumbel_temperature, shape_.layout);
  const torch::Tensor condition = input.slice(1, static_cast<std::int64_t>(shape_.embedding_dim));
  return batch_.packed(torch::cat({rows, condition}, 1));
}

torch::Tensor CtganLosses::gradient_penalty(const networks::DiscriminatorBatch& batch,
                                            const torch::Tensor& real, const torch::Tensor& fake) const {
  const torch::Tensor share = batch_.matrix(batch.interpolation, batch.interpolation.size());
  const torch::Tensor mixed = (share * real + (1 - share) * fake).requires_grad_(true);
  const torch::Tensor scores = discriminator_.forward(mixed, batch_.dropout(batch.interpolated_dropout));
  const torch::Tensor slope = torch::autograd::grad({scores}, {mixed}, {torch::ones_like(scores)},
                                                    c10::nullopt, /*create_graph=*/true)[0];
  return training_.gradient_penalty * (slope.norm(2, 1) - 1).square().mean();
}

DiscriminatorLoss CtganLosses::discriminator_loss(const networks::DiscriminatorBatch& batch) const {
  torch::Tensor fake;
  {
    const torch::NoGradGuard no_grad;
    const torch::Tensor input = batch_.generator_input(batch.fake.input);
    fake = fake_rows(batch.fake, generator_.forward(input, Generator::Mode::training), input);
  }
  const torch::Tensor real = batch_.packed(batch_.real(encoded_, batch.real_rows, batch.real_condition));
  const torch::Tensor fake_score = discriminator_.forward(fake, batch_.dropout(batch.fake.dropout)).mean();
  const torch::Tensor real_score = discriminator_.forward(real, batch_.dropout(batch.real_dropout)).mean();
  return {fake_score - real_score, gradient_penalty(batch, real, fake)};
}

torch::Tensor CtganLosses::generator_loss(const networks::GeneratorBatch& batch) const {
  const networks::FakeRows& fake = batch.fake;
  const torch::Tensor input = batch_.generator_input(fake.input);
  const torch::Tensor logits = generator_.forward(input, Generator::Mode::training);
  const torch::Tensor scores =
      discriminator_.forward(fake_rows(fake, logits, input), batch_.dropout(fake.dropout));
  if (fake.input.condition.empty()) return -scores.mean();
  return condition_loss(logits, batch_.positions(fake.input.condition), shape_.layout) - scores.mean();
}

}  // namespace ctgan::synth::torch_execution
