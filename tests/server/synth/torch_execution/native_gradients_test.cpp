// The native passes against autograd: every parameter's gradient, both computed in double precision from the
// same batch, for every set of vector instructions that this machine has.
#include "server/synth/native_execution/ctgan_step.h"
#include "server/synth/torch_execution/ctgan_losses.h"
#include "tests/catch.h"
#include "tests/server/synth/networks/small_step.h"
#include "tests/server/synth/torch_execution/gradient_in_place.h"

namespace {

using namespace ctgan::synth;
using namespace ctgan::synth::torch_execution;
using networks::ParameterArena;
using networks::SmallStep;

struct Gradients {
  ParameterArena generator, discriminator;
  double score, penalty, generator_loss;
};

// Each step from the start, of which only its own network's gradient is kept.
Gradients native_gradients(const SmallStep& step, kernels::Instructions instructions, int count) {
  Gradients found{step.generator(), step.discriminator(), 0, 0, 0};
  ctgan::threads::ThreadPool pool(count);
  const auto& loops = kernels::kernels<double>(instructions);
  const ParameterArena generator = step.generator(), discriminator = step.discriminator();
  ParameterArena unused_generator = step.generator(), unused_discriminator = step.discriminator();
  native_execution::CtganStep<double> first(step.shape, step.training, step.table, generator, discriminator,
                                            loops, pool);
  const auto scores = first.train_discriminator(step.discriminator_batch(1), GradientInPlace());
  found.score = scores.score;
  found.penalty = scores.penalty;
  first.finish(unused_generator, found.discriminator);
  native_execution::CtganStep<double> second(step.shape, step.training, step.table, generator, discriminator,
                                             loops, pool);
  found.generator_loss = second.train_generator(step.generator_batch(2), GradientInPlace());
  second.finish(found.generator, unused_discriminator);
  return found;
}

void check_network(const ParameterArena& found, const NetworkTensors& expected) {
  const double* gradient = expected.gradient().data_ptr<double>();
  const double scale = std::max(1e-3, expected.gradient().abs().max().item<double>());
  for (const networks::Parameter& parameter : found.parameters()) {
    if (!parameter.trained) continue;
    CAPTURE(parameter.name);
    double worst = 0;
    const auto values = found.values(parameter);
    for (std::size_t i = 0; i < parameter.size; ++i)
      worst = std::max(worst, std::abs(values[i] - gradient[parameter.offset + i]));
    CHECK(worst / scale < 1e-7);  // the arena keeps floats
  }
}

void check(const SmallStep& step) {
  ParameterArena generator_arena = step.generator(), discriminator_arena = step.discriminator();
  NetworkTensors generator(generator_arena, torch::kFloat64),
      discriminator(discriminator_arena, torch::kFloat64);
  const CtganLosses losses(step.shape, step.training, step.table, generator, discriminator);
  const DiscriminatorLoss loss = losses.discriminator_loss(step.discriminator_batch(1));
  discriminator.backward(loss.score + loss.penalty);
  const torch::Tensor generator_loss = losses.generator_loss(step.generator_batch(2));
  generator.backward(generator_loss);
  for (const kernels::Instructions instructions : kernels::available_instructions()) {
    CAPTURE(kernels::name_of(instructions));
    const Gradients found = native_gradients(step, instructions, 2);
    CHECK(found.score == Approx(loss.score.item<double>()).epsilon(1e-9).margin(1e-12));
    CHECK(found.penalty == Approx(loss.penalty.item<double>()).epsilon(1e-9));
    CHECK(found.generator_loss == Approx(generator_loss.item<double>()).epsilon(1e-9).margin(1e-12));
    check_network(found.discriminator, discriminator);
    check_network(found.generator, generator);
  }
}

}  // namespace

TEST_CASE("native gradients equal autograd's with continuous and discrete columns") {
  check(SmallStep({{3, 1}, {4, 2}}, 2, 6));
}

TEST_CASE("native gradients equal autograd's in layers wider than a panel") {
  check(SmallStep({{9, 10}, {40, 2}}, 3, 40, {70, 33}, {65, 40}));
}

TEST_CASE("native gradients equal autograd's without a discrete column") {
  check(SmallStep({{3, 2}, {}}, 2, 6));
}

TEST_CASE("native gradients equal autograd's without a continuous column") {
  check(SmallStep({{}, {3, 4}}, 2, 6));
}

TEST_CASE("native gradients equal autograd's where each row is judged alone") {
  check(SmallStep({{2}, {3}}, 1, 8));
}

TEST_CASE("native gradients equal autograd's where one group is the whole batch") {
  check(SmallStep({{2}, {3}}, 5, 1));
}

TEST_CASE("native gradients equal autograd's for one layer and for three") {
  check(SmallStep({{2}, {3}}, 2, 6, {5}, {7}));
  check(SmallStep({{2}, {3}}, 2, 6, {4, 3, 5}, {6, 5, 4}));
}

TEST_CASE("native gradients equal autograd's for a column of a single category") {
  check(SmallStep({{1}, {1, 3}}, 2, 6));
}

TEST_CASE("native gradients equal autograd's for a column of 4,000 values") {
  check(SmallStep({{2}, {4000}}, 2, 20, {8}, {8}));
}

TEST_CASE("native gradients are the same to the last bit for one thread and for three") {
  const SmallStep step({{9, 10}, {40, 2}}, 3, 40, {70, 33}, {65, 40});
  const auto instructions = kernels::available_instructions().back();
  const Gradients one = native_gradients(step, instructions, 1),
                  three = native_gradients(step, instructions, 3);
  const auto same = [](const ParameterArena& a, const ParameterArena& b) {
    return std::equal(a.block().begin(), a.block().end(), b.block().begin());
  };
  CHECK(same(one.generator, three.generator));
  CHECK(same(one.discriminator, three.discriminator));
  CHECK(one.generator_loss == three.generator_loss);
}
