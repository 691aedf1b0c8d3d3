// The execution against torch's own modules, optimiser and loss functions, put together as the published code
// does.
#include "server/synth/torch_execution/activation.h"
#include "server/synth/torch_execution/adam.h"
#include "server/synth/torch_execution/ctgan_losses.h"
#include "tests/catch.h"
#include "tests/server/synth/networks/small_step.h"
#include "tests/server/synth/torch_execution/published_generator.h"

namespace {

using namespace ctgan::synth;
using namespace ctgan::synth::torch_execution;
using networks::SmallStep;
namespace nn = torch::nn;

torch::Tensor published_input(const SmallStep& step, const networks::GeneratorInput& input) {
  const auto rows = static_cast<std::int64_t>(input.rows);
  torch::Tensor x = torch::zeros({rows, static_cast<std::int64_t>(step.shape.generator_inputs())});
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t i = 0; i < 3; ++i) x[r][i] = input.latent[static_cast<std::size_t>(r * 3 + i)];
    x[r][3 + static_cast<std::int64_t>(input.condition[static_cast<std::size_t>(r)])] = 1;
  }
  return x;
}

const networks::SmallColumns k_columns = {{3, 1}, {4, 2}};

}  // namespace

TEST_CASE("the generator equals the published modules, training and sampling, running statistics included") {
  const SmallStep step(k_columns, 2, 6);
  networks::ParameterArena arena = step.generator();
  PublishedGenerator published(step.shape);
  published.load([&arena](const std::string& name) {
    const auto values = arena.values(name);
    return std::vector<float>(values.begin(), values.end());
  });
  NetworkTensors tensors(arena, torch::kFloat32);
  const Generator generator(step.shape, tensors);
  for (std::uint64_t pass = 0; pass < 3; ++pass) {
    const torch::Tensor x = published_input(step, step.input(pass, 12));
    CHECK(torch::allclose(generator.forward(x, Generator::Mode::training), published.forward(x), 1e-5, 1e-6));
  }
  published.eval();
  const torch::Tensor x = published_input(step, step.input(9, 12));
  CHECK(torch::allclose(generator.forward(x, Generator::Mode::sampling), published.forward(x), 1e-5, 1e-6));
}

TEST_CASE("the conditional loss equals the published sum over masked columns") {
  const SmallStep step(k_columns, 2, 6);
  const auto input = step.input(1, 12);
  const torch::Tensor logits = torch::randn({12, static_cast<std::int64_t>(step.shape.layout.width)});
  torch::Tensor expected = torch::zeros({});
  for (std::int64_t row = 0; row < 12; ++row) {
    const auto condition = static_cast<std::int64_t>(input.condition[static_cast<std::size_t>(row)]);
    for (const std::size_t i : step.shape.layout.discrete_blocks()) {
      const encoders::Block& block = step.shape.layout.blocks[i];
      const std::int64_t code = condition - static_cast<std::int64_t>(block.condition_offset);
      const auto offset = static_cast<std::int64_t>(block.offset),
                 width = static_cast<std::int64_t>(block.width);
      if (code < 0 || code >= width) continue;  // the mask
      expected += nn::functional::cross_entropy(
          logits.slice(0, row, row + 1).slice(1, offset, offset + width), torch::tensor({code}));
    }
  }
  const BatchTensors batch(step.shape, torch::kFloat32);
  const torch::Tensor loss = condition_loss(logits, batch.positions(input.condition), step.shape.layout);
  CHECK(loss.item<double>() == Approx((expected / 12).item<double>()).epsilon(1e-5));
}

TEST_CASE("activation gives tanh at scalars and a distribution at every one-hot block") {
  const SmallStep step(k_columns, 2, 6);
  const auto width = static_cast<std::int64_t>(step.shape.layout.width);
  const torch::Tensor logits = torch::randn({12, width}), gumbel = torch::randn({12, width});
  const torch::Tensor rows = activate(logits, gumbel, 0.2, step.shape.layout);
  for (const encoders::Block& block : step.shape.layout.blocks) {
    const auto offset = static_cast<std::int64_t>(block.offset),
               end = offset + static_cast<std::int64_t>(block.width);
    const torch::Tensor part = rows.slice(1, offset, end);
    if (block.kind == encoders::Block::Kind::scalar)
      CHECK(torch::equal(part, torch::tanh(logits.slice(1, offset, end))));
    else
      CHECK(torch::allclose(part, torch::softmax((logits + gumbel).slice(1, offset, end) / 0.2, 1)));
  }
}

TEST_CASE("real rows are dense rows with their condition behind them") {
  const SmallStep step(k_columns, 2, 6);
  const BatchTensors batch(step.shape, torch::kFloat32);
  const std::vector<std::uint32_t> rows = {4, 0, 29}, conditions = {5, 0, 2};
  const torch::Tensor real = batch.real(step.table, rows, conditions);
  std::vector<float> dense(step.shape.layout.width);
  for (std::int64_t i = 0; i < 3; ++i) {
    step.table.write_dense(rows[static_cast<std::size_t>(i)], dense);
    const torch::Tensor row = torch::tensor(dense);
    const torch::Tensor one_hot = nn::functional::one_hot(
        torch::tensor(static_cast<std::int64_t>(conditions[static_cast<std::size_t>(i)])), 6);
    CHECK(torch::equal(real[i], torch::cat({row, one_hot.to(torch::kFloat32)})));
  }
}

TEST_CASE("the gradient penalty is lambda where the discriminator is flat") {
  const SmallStep step(k_columns, 2, 6);
  networks::ParameterArena generator_arena = step.generator();
  networks::ParameterArena flat(networks::discriminator_parameters(step.shape));
  const NetworkTensors generator(generator_arena, torch::kFloat32), discriminator(flat, torch::kFloat32);
  const CtganLosses losses(step.shape, step.training, step.table, generator, discriminator);
  const DiscriminatorLoss loss = losses.discriminator_loss(step.discriminator_batch(1));
  CHECK(loss.penalty.item<double>() == Approx(10));
  CHECK(loss.score.item<double>() == 0);
}

TEST_CASE("the gradient penalty is zero where the discriminator's slope is one") {
  SmallStep step(k_columns, 2, 6);
  step.shape.discriminator_dim = {1};
  networks::ParameterArena generator_arena = step.generator();
  networks::ParameterArena line(networks::discriminator_parameters(step.shape));
  line.values("layer0.weight")[3] = 0.5;
  line.values("layer0.bias")[0] = 100;  // far from the kink
  line.values("output.weight")[0] = 1;
  const NetworkTensors generator(generator_arena, torch::kFloat32), discriminator(line, torch::kFloat32);
  const CtganLosses losses(step.shape, step.training, step.table, generator, discriminator);
  auto batch = step.discriminator_batch(1);
  for (auto* masks : {&batch.fake.dropout, &batch.real_dropout, &batch.interpolated_dropout})
    *masks = {std::vector<float>(6, 2.0F)};
  CHECK(losses.discriminator_loss(batch).penalty.item<double>() == Approx(0).margin(1e-6));
}

TEST_CASE("Adam takes the steps that torch's own takes, weight decay included") {
  networks::OptimizerOptions options;
  options.learning_rate = 0.01;
  options.weight_decay = 0.1;
  torch::manual_seed(1);
  const torch::Tensor ours = torch::randn({50}), gradient = torch::zeros({50});
  torch::Tensor theirs = ours.clone().requires_grad_(true);
  Adam adam(options, ours, gradient);
  torch::optim::Adam reference({theirs},
                               torch::optim::AdamOptions(0.01).betas({0.5, 0.9}).eps(1e-8).weight_decay(0.1));
  for (int step = 0; step < 20; ++step) {
    const torch::Tensor drawn = torch::randn({50});
    gradient.copy_(drawn);
    theirs.mutable_grad() = drawn.clone();
    adam.step();
    reference.step();
    REQUIRE(torch::allclose(ours, theirs.detach(), 1e-6, 1e-7));
  }
}

TEST_CASE("Adam leaves a value without gradient and decay where it is") {
  networks::OptimizerOptions options;
  options.weight_decay = 0;
  const torch::Tensor values = torch::zeros({4}), gradient = torch::zeros({4});
  Adam adam(options, values, gradient);
  adam.step();
  CHECK(values.abs().max().item<double>() == 0);
}
