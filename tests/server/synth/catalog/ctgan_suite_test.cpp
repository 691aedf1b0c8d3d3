#include "tests/server/synth/model/trainer_suite.h"

namespace {

const nlohmann::json k_quick = {{"epochs", 2},
                                {"batch_size", 40},
                                {"embedding_dim", 8},
                                {"generator_dim", {16, 16}},
                                {"discriminator_dim", {16, 16}},
                                {"device", "cpu"}};

}  // namespace

TEST_CASE("ctgan is a synthesizer by its own passes") {
  ctgan::tests::trainer_suite("ctgan", k_quick, 10);
}

TEST_CASE("ctgan is a synthesizer by libtorch, opened as a job opens it") {
  if (!ctgan::tests::libtorch_is_built()) return;
  nlohmann::json options = k_quick;
  options["execution"] = "libtorch";
  ctgan::tests::trainer_suite("ctgan", options, 10, ctgan::tests::Promise::same_threads);
}
