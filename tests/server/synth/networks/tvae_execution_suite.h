// What every execution of TVAE must do. A test of one defines the alias `Execution` in its anonymous
// namespace and includes this.
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include "common/errors/error.h"
#include "tests/catch.h"
#include "tests/server/synth/networks/small_tvae.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth;
using networks::ParameterArena;
using networks::SmallTvae;
using networks::TvaeLoss;

struct Trained {
  ParameterArena parameters;
  std::vector<double> losses;
};

Trained train(const SmallTvae& step, const std::vector<std::size_t>& batches,
              const std::string& device = "cpu", int threads = 1) {
  Trained trained{step.parameters(), {}};
  threads::ThreadPool pool(threads);
  const auto execution = Execution().open_training({.shape = &step.shape,
                                                    .training = &step.training,
                                                    .encoded = &step.table,
                                                    .parameters = &trained.parameters,
                                                    .device = device,
                                                    .pool = &pool});
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const TvaeLoss loss = execution->train(step.batch(i, batches[i]));
    trained.losses.insert(trained.losses.end(), {loss.reconstruction, loss.divergence});
  }
  execution->finish();
  return trained;
}

Trained train(const SmallTvae& step, std::size_t steps, const std::string& device = "cpu", int threads = 1) {
  return train(step, std::vector<std::size_t>(steps, 12), device, threads);
}

bool same(const ParameterArena& a, const ParameterArena& b) {
  return std::equal(a.block().begin(), a.block().end(), b.block().begin());
}

const networks::SmallColumns k_columns = {{3, 1}, {4, 2}};

}  // namespace

TEST_CASE("TVAE: training changes every parameter of both networks, and the losses are finite") {
  const SmallTvae step(k_columns);
  const Trained trained = train(step, 20);
  for (const double loss : trained.losses) CHECK(std::isfinite(loss));
  const ParameterArena start = step.parameters();
  for (const networks::Parameter& parameter : start.parameters()) {
    CAPTURE(parameter.name);
    const auto before = start.values(parameter), after = trained.parameters.values(parameter);
    CHECK_FALSE(std::equal(before.begin(), before.end(), after.begin()));
  }
}

TEST_CASE(
    "TVAE: a training that goes on from another's state takes the steps that the other would, to the last "
    "bit") {
  const SmallTvae step(k_columns);
  const std::vector<std::size_t> batches = {12, 12, 5, 12, 12, 5};
  const Trained whole = train(step, batches);
  for (const std::size_t cut : {0U, 1U, 3U, 6U}) {
    CAPTURE(cut);
    threads::ThreadPool pool(1);
    Trained first{step.parameters(), {}}, trained{step.parameters(), {}};
    const auto open = [&](ParameterArena& parameters) {
      return Execution().open_training({.shape = &step.shape,
                                        .training = &step.training,
                                        .encoded = &step.table,
                                        .parameters = &parameters,
                                        .device = "cpu",
                                        .pool = &pool});
    };
    const auto begun = open(first.parameters), resumed = open(trained.parameters);
    for (std::size_t i = 0; i < cut; ++i) begun->train(step.batch(i, batches[i]));
    begun->state();
    resumed->go_on_from(begun->state());
    CHECK(resumed->arithmetic() == begun->arithmetic());
    for (std::size_t i = cut; i < batches.size(); ++i) {
      const TvaeLoss loss = resumed->train(step.batch(i, batches[i]));
      CHECK(loss.reconstruction == whole.losses[2 * i]);
      CHECK(loss.divergence == whole.losses[2 * i + 1]);
    }
    resumed->finish();
    CHECK(same(trained.parameters, whole.parameters));
  }
}

TEST_CASE("TVAE: the loss falls when the same rows are shown again and again") {
  SmallTvae step(k_columns, 30, {16}, {16});
  step.training.optimizer.learning_rate = 0.01;
  const Trained trained = train(step, std::vector<std::size_t>(300, 30));
  const auto sum = [&](std::size_t i) { return trained.losses[2 * i] + trained.losses[2 * i + 1]; };
  double first = 0, last = 0;
  for (std::size_t i = 0; i < 20; ++i) {
    first += sum(i);
    last += sum(280 + i);
  }
  CHECK(last < 0.8 * first);
}

TEST_CASE("TVAE: the gaps between parameters stay zero while the optimiser walks over them") {
  const Trained trained = train(SmallTvae(k_columns), 20);
  std::vector<bool> used(trained.parameters.block().size());
  for (const networks::Parameter& p : trained.parameters.parameters())
    std::fill_n(used.begin() + static_cast<std::ptrdiff_t>(p.offset), p.size, true);
  for (std::size_t i = 0; i < used.size(); ++i)
    if (!used[i]) REQUIRE(trained.parameters.block()[i] == 0);
}

TEST_CASE("TVAE: the same batches give the same parameters to the last bit") {
  const SmallTvae step(k_columns);
  const Trained one = train(step, 10), two = train(step, 10);
  CHECK(same(one.parameters, two.parameters));
  CHECK(one.losses == two.losses);
}

TEST_CASE("TVAE: the deviations stay between their bounds, even where a step would take them beyond") {
  SmallTvae step({{2, 2}, {}}, 12);
  step.training.optimizer.learning_rate = 0.5;
  Trained trained = train(step, 15);
  for (const float deviation : trained.parameters.values(networks::k_tvae_deviations)) {
    CHECK(deviation >= 0.01F);
    CHECK(deviation <= 1.0F);
  }
}

TEST_CASE("TVAE: batches of any size follow each other, a single row among them") {
  const Trained trained = train(SmallTvae(k_columns), {12, 1, 200, 33, 7});
  for (const double loss : trained.losses) CHECK(std::isfinite(loss));
}

TEST_CASE("TVAE: what a batch does not depend on is what was in the buffers before it") {
  const SmallTvae step(k_columns);
  const auto loss_after = [&](std::size_t rows) {
    SmallTvae still = step;
    still.training.optimizer.learning_rate = 0;
    return train(still, {rows, 12}).losses.back();
  };
  CHECK(loss_after(12) == Approx(loss_after(200)).epsilon(1e-6));
}

TEST_CASE("TVAE: tables without a discrete or without a continuous column train as well") {
  for (const auto& columns : {networks::SmallColumns{{2, 3}, {}}, networks::SmallColumns{{}, {3, 1}}})
    for (const double loss : train(SmallTvae(columns), 5).losses) CHECK(std::isfinite(loss));
}
