#include "server/synth/native_execution/tvae_training.h"

namespace {
using Execution = ctgan::synth::native_execution::NativeTvae;
}

#include "tests/server/synth/networks/tvae_execution_suite.h"

TEST_CASE("TVAE: any number of threads trains the same model, to the last bit") {
  const SmallTvae step({{9, 10}, {40, 2}}, 300, {70, 33}, {65, 40}, 35);
  const std::vector<std::size_t> batches = {300, 300, 77, 300};
  const Trained one = train(step, batches, "cpu", 1), two = train(step, batches, "cpu", 2),
                five = train(step, batches, "cpu", 5);
  CHECK(one.losses == two.losses);
  CHECK(same(one.parameters, two.parameters));
  CHECK(same(one.parameters, five.parameters));
}

TEST_CASE("TVAE: the native execution refuses a GPU and says what has one") {
  try {
    train(SmallTvae(k_columns), 1, "cuda");
    FAIL("it trained");
  } catch (const errors::Error& error) {
    CHECK(error.kind() == errors::Kind::unavailable);
    CHECK(error.sentence() == "the native execution runs on the CPU only");
    CHECK(error.hint() == "use '--execution libtorch' with '--device cuda'");
  }
}
