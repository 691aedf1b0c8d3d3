#include "server/synth/native_execution/native_execution.h"

namespace {
using Execution = ctgan::synth::native_execution::NativeExecution;
}

#include "tests/server/synth/networks/execution_suite.h"

TEST_CASE("any number of threads trains the same model, to the last bit") {
  const SmallStep step({{9, 10}, {40, 2}}, 3, 40, {70, 33}, {65, 40});
  const Trained one = train(step, 10, "cpu", 1), two = train(step, 10, "cpu", 2),
                five = train(step, 10, "cpu", 5);
  CHECK(one.losses == two.losses);
  CHECK(same(one.generator, two.generator));
  CHECK(same(one.discriminator, five.discriminator));
}

TEST_CASE("the native execution refuses a GPU and says what has one") {
  const SmallStep step(k_columns, 2, 6);
  try {
    train(step, 1, "cuda");
    FAIL("it trained");
  } catch (const errors::Error& error) {
    CHECK(error.kind() == errors::Kind::unavailable);
    CHECK(error.sentence() == "the native execution runs on the CPU only");
    CHECK(error.hint() == "use '--execution libtorch' with '--device cuda'");
  }
}
