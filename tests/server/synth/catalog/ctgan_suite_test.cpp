#include <filesystem>

#include "server/synth/models/torch_library.h"
#include "tests/server/synth/models/trainer_suite.h"

namespace {

const nlohmann::json k_quick = {{"epochs", 2},
                                {"batch_size", 40},
                                {"embedding_dim", 8},
                                {"generator_dim", {16, 16}},
                                {"discriminator_dim", {16, 16}},
                                {"device", "cpu"}};

// False, with a warning, where this build has no libtorch execution to train with.
bool libtorch_is_built() {
  const auto places = ctgan::synth::models::torch_library_places();
  const bool here =
      std::any_of(places.begin(), places.end(), [](const auto& p) { return std::filesystem::exists(p); });
  if (!here) WARN("built without libtorch: training was not tested");
  return here;
}

}  // namespace

TEST_CASE("ctgan is a synthesizer by its own passes") {
  ctgan::tests::trainer_suite("ctgan", k_quick, 10);
}

TEST_CASE("ctgan is a synthesizer by libtorch, opened as a job opens it") {
  if (!libtorch_is_built()) return;
  nlohmann::json options = k_quick;
  options["execution"] = "libtorch";
  ctgan::tests::trainer_suite("ctgan", options, 10);
}
