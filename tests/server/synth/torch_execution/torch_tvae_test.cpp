// The execution through its contract, without a torch header.
#include "server/synth/torch_execution/torch_tvae.h"

namespace {
using Execution = ctgan::synth::torch_execution::TorchTvae;
}

#include "tests/server/synth/networks/tvae_execution_suite.h"

TEST_CASE("TVAE: without a CUDA device cuda is unavailable, and auto takes the CPU") {
  const SmallTvae step(k_columns);
  try {
    train(step, 1, "cuda");
    WARN("this machine has a CUDA device: its absence was not tested");
  } catch (const errors::Error& error) {
    CHECK(error.kind() == errors::Kind::unavailable);
    CHECK(same(train(step, 3, "auto").parameters, train(step, 3, "cpu").parameters));
  }
}
