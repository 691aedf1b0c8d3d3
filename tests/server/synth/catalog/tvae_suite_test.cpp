#include "tests/server/synth/models/trainer_suite.h"

namespace {

const nlohmann::json k_quick = {{"epochs", 2},
                                {"batch_size", 40},
                                {"embedding_dim", 8},
                                {"compress_dims", {16, 16}},
                                {"decompress_dims", {16, 16}},
                                {"device", "cpu"}};

}  // namespace

TEST_CASE("tvae is a synthesizer by its own passes") {
  ctgan::tests::trainer_suite("tvae", k_quick, 1);
}

TEST_CASE("tvae is a synthesizer by libtorch, opened as a job opens it") {
  if (!ctgan::tests::libtorch_is_built()) return;
  nlohmann::json options = k_quick;
  options["execution"] = "libtorch";
  ctgan::tests::trainer_suite("tvae", options, 1);
}
