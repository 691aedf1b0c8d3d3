#include "tests/server/synth/models/trainer_suite.h"

namespace {

const nlohmann::json k_quick = {{"epochs", 2},
                                {"batch_size", 40},
                                {"embedding_dim", 8},
                                {"generator_dim", {16, 16}},
                                {"discriminator_dim", {16, 16}},
                                {"device", "cpu"}};

}  // namespace

TEST_CASE("ctgan is a synthesizer") {
  ctgan::tests::trainer_suite("ctgan", k_quick, 10);
}
