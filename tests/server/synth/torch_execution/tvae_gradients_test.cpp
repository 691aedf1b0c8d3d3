// The native passes of TVAE against autograd: every parameter's gradient, both computed in double precision
// from the same batch, for every set of vector instructions that this machine has.

#include "server/synth/native_execution/tvae_step.h"
#include "server/synth/torch_execution/tvae_losses.h"
#include "tests/catch.h"
#include "tests/server/synth/networks/small_tvae.h"
#include "tests/server/synth/torch_execution/gradient_in_place.h"

namespace {

using namespace ctgan::synth;
using namespace ctgan::synth::torch_execution;
using networks::ParameterArena;
using networks::SmallTvae;

struct Gradients {
  ParameterArena parameters;
  networks::TvaeLoss loss;
};

Gradients native_gradients(const SmallTvae& step, kernels::Instructions instructions, int threads) {
  Gradients found{step.parameters(), {}};
  ctgan::threads::ThreadPool pool(threads);
  native_execution::TvaeStep<double> native(step.shape, step.training, step.table, found.parameters,
                                            kernels::kernels<double>(instructions), pool);
  found.loss = native.train(step.batch(1), GradientInPlace());
  native.finish(found.parameters);
  return found;
}

void check(const SmallTvae& step) {
  ParameterArena arena = step.parameters();
  NetworkTensors tensors(arena, torch::kFloat64);
  const networks::TvaeBatch batch = step.batch(1);
  const TvaeLosses::Parts loss = TvaeLosses(step.shape, step.training, step.table, tensors).loss(batch);
  tensors.backward(loss.reconstruction + loss.divergence);
  const double* gradient = tensors.gradient().data_ptr<double>();
  const double scale = tensors.gradient().abs().max().item<double>();
  REQUIRE(scale > 1e-3);
  for (const kernels::Instructions instructions : kernels::available_instructions()) {
    CAPTURE(kernels::name_of(instructions));
    const Gradients found = native_gradients(step, instructions, 2);
    CHECK(found.loss.reconstruction == Approx(loss.reconstruction.item<double>()).epsilon(1e-9));
    CHECK(found.loss.divergence == Approx(loss.divergence.item<double>()).epsilon(1e-9));
    for (const networks::Parameter& parameter : found.parameters.parameters()) {
      CAPTURE(parameter.name);
      double worst = 0;
      const auto values = found.parameters.values(parameter);
      for (std::size_t i = 0; i < parameter.size; ++i)
        worst = std::max(worst, std::abs(values[i] - gradient[parameter.offset + i]));
      CHECK(worst / scale < 1e-7);  // the arena keeps floats
    }
  }
}

}  // namespace

TEST_CASE("TVAE's native gradients equal autograd's with continuous and discrete columns") {
  check(SmallTvae({{3, 1}, {4, 2}}));
}

TEST_CASE("TVAE's native gradients equal autograd's in layers wider than a panel") {
  check(SmallTvae({{9, 10}, {40, 2}}, 150, {70, 33}, {65, 40}, 45));
}

TEST_CASE("TVAE's native gradients equal autograd's without a discrete column") {
  check(SmallTvae({{3, 2}, {}}));
}

TEST_CASE("TVAE's native gradients equal autograd's without a continuous column") {
  check(SmallTvae({{}, {3, 4}}));
}

TEST_CASE("TVAE's native gradients equal autograd's for a column of a single category") {
  check(SmallTvae({{1}, {1, 3}}));
}

TEST_CASE("TVAE's native gradients equal autograd's for one layer and for three") {
  check(SmallTvae({{2}, {3}}, 12, {5}, {7}));
  check(SmallTvae({{2}, {3}}, 12, {4, 3, 5}, {6, 5, 4}));
}

TEST_CASE("TVAE's native gradients equal autograd's for a column of 4,000 values") {
  check(SmallTvae({{2}, {4000}}, 40, {8}, {8}));
}

TEST_CASE("TVAE's native gradients equal autograd's for a single row and for a strip and one row more") {
  check(SmallTvae({{2}, {3}}, 1));
  check(SmallTvae({{2}, {3}}, 33));
}

TEST_CASE("TVAE's native gradients equal autograd's for another weight of the reconstruction") {
  SmallTvae step({{2}, {3}});
  step.training.loss_factor = 0.3;
  check(step);
}

TEST_CASE("TVAE's native gradients are the same to the last bit for one thread and for three") {
  const SmallTvae step({{9, 10}, {40, 2}}, 300, {70, 33}, {65, 40}, 45);
  const auto instructions = kernels::available_instructions().back();
  const Gradients one = native_gradients(step, instructions, 1),
                  three = native_gradients(step, instructions, 3);
  CHECK(std::equal(one.parameters.block().begin(), one.parameters.block().end(),
                   three.parameters.block().begin()));
  CHECK(one.loss.reconstruction == three.loss.reconstruction);
  CHECK(one.loss.divergence == three.loss.divergence);
}
