// Both steps of CTGAN in double precision: what autograd says of every parameter against central finite
// differences, with the batch's random numbers fixed.
#include <functional>

#include "server/synth/torch_execution/ctgan_losses.h"
#include "tests/catch.h"
#include "tests/server/synth/networks/small_step.h"

namespace {

using namespace ctgan::synth;
using namespace ctgan::synth::torch_execution;
using networks::SmallStep;

// The same step in double precision, over copies of the arenas.
struct DoubleStep {
  explicit DoubleStep(const SmallStep& step)
      : generator_arena(step.generator()),
        discriminator_arena(step.discriminator()),
        generator(generator_arena, torch::kFloat64),
        discriminator(discriminator_arena, torch::kFloat64),
        losses(step.shape, step.training, step.table, generator, discriminator) {}

  networks::ParameterArena generator_arena, discriminator_arena;
  NetworkTensors generator, discriminator;
  CtganLosses losses;
};

// The greatest difference between the gradient and central differences of `loss`, relative to the gradient's
// size.
double greatest_difference(const NetworkTensors& tensors, const networks::ParameterArena& arena,
                           const std::function<double()>& loss) {
  constexpr double k_step = 1e-6;
  const torch::Tensor gradient = tensors.gradient().clone();
  double* values = tensors.trained().data_ptr<double>();
  double worst = 0;
  for (const networks::Parameter& parameter : arena.parameters()) {
    if (!parameter.trained) continue;
    for (std::size_t i = parameter.offset; i < parameter.offset + parameter.size; ++i) {
      const double value = values[i];
      values[i] = value + k_step;
      const double above = loss();
      values[i] = value - k_step;
      const double below = loss();
      values[i] = value;
      const double expected = (above - below) / (2 * k_step);
      worst = std::max(worst, std::abs(gradient[static_cast<std::int64_t>(i)].item<double>() - expected));
    }
  }
  return worst / std::max(1e-3, gradient.abs().max().item<double>());
}

void check_discriminator(const SmallStep& step) {
  DoubleStep twice(step);
  const auto batch = step.discriminator_batch(1);
  const auto loss = [&] {
    const DiscriminatorLoss parts = twice.losses.discriminator_loss(batch);
    return parts.score + parts.penalty;
  };
  twice.discriminator.backward(loss());
  REQUIRE(twice.discriminator.gradient().abs().max().item<double>() > 1e-3);
  CHECK(greatest_difference(twice.discriminator, twice.discriminator_arena,
                            [&] { return loss().item<double>(); }) < 1e-7);
}

void check_generator(const SmallStep& step) {
  DoubleStep twice(step);
  const auto batch = step.generator_batch(2);
  twice.generator.backward(twice.losses.generator_loss(batch));
  REQUIRE(twice.generator.gradient().abs().max().item<double>() > 1e-3);
  CHECK(greatest_difference(twice.generator, twice.generator_arena,
                            [&] { return twice.losses.generator_loss(batch).item<double>(); }) < 1e-6);
}

}  // namespace

TEST_CASE("gradients agree with finite differences with continuous and discrete columns") {
  const SmallStep step({{3, 1}, {4, 2}}, 2, 6);
  check_discriminator(step);
  check_generator(step);
}

TEST_CASE("gradients agree with finite differences without a discrete column") {
  const SmallStep step({{3, 2}, {}}, 2, 6);
  check_discriminator(step);
  check_generator(step);
}

TEST_CASE("gradients agree with finite differences without a continuous column") {
  const SmallStep step({{}, {3, 4}}, 2, 6);
  check_discriminator(step);
  check_generator(step);
}

TEST_CASE("gradients agree with finite differences where each row is judged alone") {
  const SmallStep step({{2}, {3}}, 1, 8);
  check_discriminator(step);
  check_generator(step);
}

TEST_CASE("gradients agree with finite differences where one group is the whole batch") {
  const SmallStep step({{2}, {3}}, 5, 1);
  check_discriminator(step);
  check_generator(step);
}

TEST_CASE("gradients agree with finite differences for one layer and for three") {
  check_discriminator(SmallStep({{2}, {3}}, 2, 6, {5}, {7}));
  check_generator(SmallStep({{2}, {3}}, 2, 6, {5}, {7}));
  check_discriminator(SmallStep({{2}, {3}}, 2, 6, {4, 3, 5}, {6, 5, 4}));
  check_generator(SmallStep({{2}, {3}}, 2, 6, {4, 3, 5}, {6, 5, 4}));
}

TEST_CASE("gradients agree with finite differences for a column of a single category") {
  const SmallStep step({{1}, {1, 3}}, 2, 6);
  check_discriminator(step);
  check_generator(step);
}

TEST_CASE("the generator's step leaves the discriminator's gradient alone, and the other way round") {
  const SmallStep step({{3}, {4}}, 2, 6);
  DoubleStep twice(step);
  twice.generator.backward(twice.losses.generator_loss(step.generator_batch(1)));
  CHECK(twice.discriminator.gradient().abs().max().item<double>() == 0);
  const torch::Tensor before = twice.generator.gradient().clone();
  const DiscriminatorLoss loss = twice.losses.discriminator_loss(step.discriminator_batch(1));
  twice.discriminator.backward(loss.score + loss.penalty);
  CHECK(torch::equal(before, twice.generator.gradient()));
}
