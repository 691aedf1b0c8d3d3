// The execution through its contract, without a torch header.
#include "server/synth/torch_execution/torch_execution.h"

namespace {
using Execution = ctgan::synth::torch_execution::TorchExecution;
}

#include "tests/server/synth/networks/execution_suite.h"

TEST_CASE("without a CUDA device cuda is unavailable, and auto takes the CPU") {
  const SmallStep step(k_columns, 2, 6);
  try {
    train(step, 1, "cuda");
    WARN("this machine has a CUDA device: its absence was not tested");
  } catch (const errors::Error& error) {
    CHECK(error.kind() == errors::Kind::unavailable);
    CHECK(error.sentence() == "this build or machine has no CUDA device");
    CHECK(error.hint() == "use '--device cpu'");
    CHECK(same(train(step, 3, "auto").generator, train(step, 3, "cpu").generator));
  }
}

TEST_CASE("an error of libtorch comes out as ours") {
  const SmallStep step(k_columns, 2, 6);
  ParameterArena generator = step.generator(), discriminator = step.discriminator();
  const auto execution = open(step, generator, discriminator);
  auto batch = step.generator_batch(0);
  batch.fake.input.condition[0] = 1000;  // outside the conditional vector
  CHECK_THROWS_AS(execution->train_generator(batch), errors::Error);
}
