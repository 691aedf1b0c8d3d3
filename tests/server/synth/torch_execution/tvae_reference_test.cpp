// TVAE's step against the published code (ctgan 0.12.1), recorded by reference/make_tvae_case.py, and against
// torch's own optimiser.
#include <fstream>
#include <nlohmann/json.hpp>

#include "server/synth/native_execution/tvae_step.h"
#include "server/synth/native_execution/tvae_training.h"
#include "server/synth/torch_execution/tvae_losses.h"
#include "tests/catch.h"
#include "tests/server/synth/networks/small_tvae.h"
#include "tests/server/synth/torch_execution/gradient_in_place.h"

namespace {

using namespace ctgan::synth;
using namespace ctgan::synth::torch_execution;
using networks::ParameterArena;
using networks::SmallTvae;
using nlohmann::json;

struct Case {
  Case() {
    std::ifstream file(std::string(std::getenv("CTGAN_SOURCE_DIR")) +
                       "/tests/server/synth/torch_execution/reference/tvae_case.json");
    record = json::parse(file);
    const auto& scalars = record.at("scalars");
    const auto& codes = record.at("codes");
    table.rows = scalars.at(0).size();
    for (std::size_t i = 0; i < 2; ++i) {
      table.layout.add_continuous(record.at("modes").at(i));
      table.columns.emplace_back(
          encoders::EncodedContinuous{codes.at(2 * i), scalars.at(i).get<std::vector<float>>()});
      const std::size_t categories = record.at("categories").at(i);
      table.layout.add_discrete(categories);
      table.columns.emplace_back(codecs::Codes{codes.at(2 * i + 1).get<std::vector<std::uint8_t>>()});
    }
    shape = {table.layout, record.at("embedding_dim"), record.at("compress_dims"),
             record.at("decompress_dims")};
    training.loss_factor = record.at("loss_factor");
    batch.noise = record.at("noise").get<std::vector<float>>();
    for (std::uint32_t row = 0; row < table.rows; ++row) batch.rows.push_back(row);
  }

  ParameterArena parameters() const {
    ParameterArena arena(networks::tvae_parameters(shape));
    REQUIRE(record.at("parameters").size() == arena.parameters().size());
    for (const networks::Parameter& parameter : arena.parameters()) {
      const auto values = record.at("parameters").at(parameter.name).get<std::vector<float>>();
      REQUIRE(values.size() == parameter.size);
      std::copy(values.begin(), values.end(), arena.values(parameter).begin());
    }
    return arena;
  }

  // `gradient_of(parameter, i)` against the recorded gradient.
  template <typename Gradient>
  void check(const networks::TvaeLoss& loss, const Gradient& gradient_of) const {
    CHECK(loss.reconstruction == Approx(record.at("reconstruction").get<double>()).epsilon(1e-6));
    CHECK(loss.divergence == Approx(record.at("divergence").get<double>()).epsilon(1e-6));
    const ParameterArena arena = parameters();
    for (const networks::Parameter& parameter : arena.parameters()) {
      CAPTURE(parameter.name);
      const auto expected = record.at("gradients").at(parameter.name).get<std::vector<double>>();
      for (std::size_t i = 0; i < expected.size(); ++i)
        REQUIRE(gradient_of(parameter, i) == Approx(expected[i]).epsilon(1e-5).margin(1e-7));
    }
  }

  json record;
  encoders::EncodedTable table;
  networks::TvaeShape shape;
  networks::TvaeTraining training;
  networks::TvaeBatch batch;
};

}  // namespace

TEST_CASE("losses and gradients by autograd are those of the published TVAE") {
  const Case published;
  ParameterArena arena = published.parameters();
  NetworkTensors tensors(arena, torch::kFloat64);
  const TvaeLosses::Parts loss =
      TvaeLosses(published.shape, published.training, published.table, tensors).loss(published.batch);
  tensors.backward(loss.reconstruction + loss.divergence);
  const double* gradient = tensors.gradient().data_ptr<double>();
  published.check({loss.reconstruction.item<double>(), loss.divergence.item<double>()},
                  [&](const networks::Parameter& parameter, std::size_t i) {
                    return gradient[arena.find(parameter.name).offset + i];
                  });
}

TEST_CASE("losses and gradients by native passes are those of the published TVAE") {
  const Case published;
  ParameterArena arena = published.parameters();
  ctgan::threads::ThreadPool pool(2);
  native_execution::TvaeStep<double> step(published.shape, published.training, published.table, arena,
                                          kernels::kernels<double>(kernels::available_instructions().back()),
                                          pool);
  const networks::TvaeLoss loss = step.train(published.batch, GradientInPlace());
  step.finish(arena);
  published.check(loss, [&](const networks::Parameter& parameter, std::size_t i) {
    return static_cast<double>(std::as_const(arena).values(parameter)[i]);
  });
}

TEST_CASE("native training takes the steps of torch's own Adam, weight decay included") {
  SmallTvae step({{3, 1}, {4, 2}}, 40);
  step.training.optimizer.weight_decay = 0.1;
  step.training.optimizer.learning_rate = 0.002;
  ParameterArena ours = step.parameters(), theirs = step.parameters();
  ctgan::threads::ThreadPool pool(2);
  const auto native = native_execution::NativeTvae().open_training({.shape = &step.shape,
                                                                    .training = &step.training,
                                                                    .encoded = &step.table,
                                                                    .parameters = &ours,
                                                                    .device = "cpu",
                                                                    .pool = &pool});
  NetworkTensors tensors(theirs, torch::kFloat32);
  const TvaeLosses losses(step.shape, step.training, step.table, tensors);
  std::vector<torch::Tensor> leaves;
  for (const networks::Parameter& parameter : theirs.parameters()) leaves.push_back(tensors[parameter.name]);
  torch::optim::Adam adam(leaves,
                          torch::optim::AdamOptions(0.002).betas({0.9, 0.999}).eps(1e-8).weight_decay(0.1));
  for (std::uint64_t pass = 0; pass < 10; ++pass) {
    const networks::TvaeBatch batch = step.batch(pass);
    native->train(batch);
    const TvaeLosses::Parts loss = losses.loss(batch);
    tensors.backward(loss.reconstruction + loss.divergence);
    adam.step();
  }
  native->finish();
  for (const networks::Parameter& parameter : theirs.parameters()) {
    CAPTURE(parameter.name);
    for (std::size_t i = 0; i < parameter.size; ++i)
      REQUIRE(ours.values(parameter)[i] == Approx(theirs.values(parameter)[i]).epsilon(1e-4).margin(1e-4));
  }
}
