// What every implementation of networks/ctgan_execution.h must do, as the models see it: through the
// contract. The including file names its implementation before: `using Execution = NativeExecution;`.
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "common/errors/error.h"
#include "tests/catch.h"
#include "tests/server/synth/networks/small_step.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth;
using networks::ParameterArena;
using networks::SmallStep;

struct Trained {
  ParameterArena generator, discriminator;
  std::vector<double> losses;
};

struct OpenTraining {
  std::unique_ptr<threads::ThreadPool> pool;
  std::unique_ptr<networks::CtganTrainingExecution> execution;
  networks::CtganTrainingExecution* operator->() const { return execution.get(); }
};

OpenTraining open(const SmallStep& step, ParameterArena& generator, ParameterArena& discriminator,
                  const std::string& device = "cpu", int threads = 1) {
  auto pool = std::make_unique<threads::ThreadPool>(threads);
  auto execution = Execution().open_training({.shape = &step.shape,
                                              .training = &step.training,
                                              .encoded = &step.table,
                                              .generator = &generator,
                                              .discriminator = &discriminator,
                                              .device = device,
                                              .pool = pool.get()});
  return {std::move(pool), std::move(execution)};
}

Trained train(const SmallStep& step, int steps, const std::string& device = "cpu", int threads = 1) {
  Trained trained{step.generator(), step.discriminator(), {}};
  const auto execution = open(step, trained.generator, trained.discriminator, device, threads);
  for (int i = 0; i < steps; ++i) {
    const auto pass = static_cast<std::uint64_t>(2 * i);
    trained.losses.push_back(execution->train_discriminator(step.discriminator_batch(pass)));
    trained.losses.push_back(execution->train_generator(step.generator_batch(pass + 1)));
  }
  execution->finish();
  return trained;
}

bool same(const ParameterArena& a, const ParameterArena& b) {
  return std::equal(a.block().begin(), a.block().end(), b.block().begin());
}

std::vector<float> generate(const SmallStep& step, const ParameterArena& generator,
                            const networks::GeneratorInput& input) {
  threads::ThreadPool pool(1);
  std::vector<float> logits(input.rows * step.shape.layout.width);
  Execution()
      .open_sampling({.shape = &step.shape, .generator = &generator, .pool = &pool})
      ->generate(input, logits);
  return logits;
}

const networks::SmallColumns k_columns = {{3, 1}, {4, 2}};

}  // namespace

TEST_CASE("training changes every trained parameter and the running statistics, and the losses are finite") {
  const SmallStep step(k_columns, 2, 6);
  const Trained trained = train(step, 20);
  for (const double loss : trained.losses) CHECK(std::isfinite(loss));
  const ParameterArena start = step.generator();
  for (const networks::Parameter& parameter : start.parameters()) {
    CAPTURE(parameter.name);
    const auto before = start.values(parameter), after = trained.generator.values(parameter);
    CHECK_FALSE(std::equal(before.begin(), before.end(), after.begin()));
  }
  CHECK_FALSE(same(step.discriminator(), trained.discriminator));
}

TEST_CASE("the gaps between parameters stay zero while the optimiser walks over them") {
  Trained trained = train(SmallStep(k_columns, 2, 6), 20);
  std::vector<bool> used(trained.generator.block().size());
  for (const networks::Parameter& p : trained.generator.parameters())
    std::fill_n(used.begin() + static_cast<std::ptrdiff_t>(p.offset), p.size, true);
  for (std::size_t i = 0; i < used.size(); ++i)
    if (!used[i]) REQUIRE(trained.generator.block()[i] == 0);
}

TEST_CASE("the same batches give the same parameters to the last bit") {
  const SmallStep step(k_columns, 2, 6);
  const Trained one = train(step, 10), two = train(step, 10);
  CHECK(same(one.generator, two.generator));
  CHECK(same(one.discriminator, two.discriminator));
  CHECK(one.losses == two.losses);
}

TEST_CASE(
    "a training that goes on from another's state takes the steps that the other would, to the last bit") {
  const SmallStep step(k_columns, 2, 6);
  const Trained whole = train(step, 9);
  for (const int cut : {0, 1, 5, 9}) {
    CAPTURE(cut);
    Trained trained{step.generator(), step.discriminator(), {}};
    Trained first{step.generator(), step.discriminator(), {}};
    const auto begun = open(step, first.generator, first.discriminator);
    const auto resumed = open(step, trained.generator, trained.discriminator);
    const auto train_steps = [&](networks::CtganTrainingExecution& execution, int from, int to) {
      for (int i = from; i < to; ++i) {
        const auto pass = static_cast<std::uint64_t>(2 * i);
        trained.losses.push_back(execution.train_discriminator(step.discriminator_batch(pass)));
        trained.losses.push_back(execution.train_generator(step.generator_batch(pass + 1)));
      }
    };
    train_steps(*begun.execution, 0, cut);
    resumed->go_on_from(begun->state());
    CHECK(resumed->arithmetic() == begun->arithmetic());
    train_steps(*resumed.execution, cut, 9);
    resumed->finish();
    CHECK(same(trained.generator, whole.generator));
    CHECK(same(trained.discriminator, whole.discriminator));
    CHECK(trained.losses == whole.losses);
  }
}

TEST_CASE("taking a training's state changes nothing of it") {
  const SmallStep step(k_columns, 2, 6);
  Trained trained{step.generator(), step.discriminator(), {}};
  const auto execution = open(step, trained.generator, trained.discriminator);
  for (std::uint64_t i = 0; i < 5; ++i) {
    execution->state();
    execution->train_discriminator(step.discriminator_batch(2 * i));
    execution->state();
    execution->train_generator(step.generator_batch(2 * i + 1));
  }
  execution->finish();
  CHECK(same(trained.generator, train(step, 5).generator));
}

TEST_CASE("each step moves its own network only") {
  const SmallStep step(k_columns, 2, 6);
  const Trained by_discriminator = [&] {
    Trained trained{step.generator(), step.discriminator(), {}};
    const auto execution = open(step, trained.generator, trained.discriminator);
    execution->train_discriminator(step.discriminator_batch(0));
    execution->finish();
    return trained;
  }();
  const auto trained = by_discriminator.generator.block().first(by_discriminator.generator.trained_size());
  const ParameterArena generator = step.generator();
  CHECK(std::equal(trained.begin(), trained.end(), generator.block().begin()));
  CHECK_FALSE(same(by_discriminator.discriminator, step.discriminator()));
  Trained by_generator{step.generator(), step.discriminator(), {}};
  const auto execution = open(step, by_generator.generator, by_generator.discriminator);
  execution->train_generator(step.generator_batch(1));
  execution->finish();
  CHECK(same(by_generator.discriminator, step.discriminator()));
  CHECK_FALSE(same(by_generator.generator, step.generator()));
}

TEST_CASE("sampling one row alone gives what it gives among others") {
  const SmallStep step(k_columns, 2, 6);
  const Trained trained = train(step, 5);
  const auto many = step.input(3, 8);
  const std::vector<float> logits = generate(step, trained.generator, many);
  const networks::GeneratorInput first{
      1, {many.latent.begin(), many.latent.begin() + 3}, {many.condition[0]}};
  const std::vector<float> alone = generate(step, trained.generator, first);
  for (std::size_t i = 0; i < alone.size(); ++i)
    CHECK(alone[i] == Approx(logits[i]).epsilon(1e-4).margin(1e-6));
}

TEST_CASE("sampling leaves the model as it was") {
  const SmallStep step(k_columns, 2, 6);
  const ParameterArena generator = step.generator();
  generate(step, generator, step.input(3, 8));
  CHECK(same(generator, step.generator()));
}

TEST_CASE("a table without discrete columns trains and samples without conditions") {
  const SmallStep step({{2, 3}, {}}, 2, 6);
  const Trained trained = train(step, 5);
  for (const float value : generate(step, trained.generator, step.input(1, 4))) CHECK(std::isfinite(value));
}
