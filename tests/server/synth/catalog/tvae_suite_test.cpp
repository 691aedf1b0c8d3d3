#include "tests/server/synth/model/trainer_suite.h"

namespace {

const nlohmann::json k_quick = {{"epochs", 2},
                                {"batch_size", 40},
                                {"embedding_dim", 8},
                                {"compress_dims", {16, 16}},
                                {"decompress_dims", {16, 16}},
                                {"device", "cpu"}};

// A fit of two epochs hardly leaves the likeliest categories: every category is to be seen here.
nlohmann::json with_all_categories() {
  nlohmann::json options = k_quick;
  options["sample_choice"] = "drawn";
  return options;
}

}  // namespace

TEST_CASE("tvae is a synthesizer by its own passes") {
  ctgan::tests::trainer_suite("tvae", with_all_categories(), 2);
}

TEST_CASE("tvae is a synthesizer by libtorch, opened as a job opens it") {
  if (!ctgan::tests::libtorch_is_built()) return;
  nlohmann::json options = with_all_categories();
  options["execution"] = "libtorch";
  ctgan::tests::trainer_suite("tvae", options, 2, ctgan::tests::Promise::same_threads);
}
