#include "server/synth/networks/ctgan_shape.h"

#include <cmath>
#include <numeric>

#include "tests/catch.h"

namespace {

using namespace ctgan::synth::networks;

CtganShape small_shape() {
  CtganShape shape;
  shape.layout.add_continuous(3);
  shape.layout.add_discrete(5);
  shape.layout.add_discrete(2);
  shape.embedding_dim = 4;
  shape.generator_dim = {6, 8};
  shape.discriminator_dim = {9};
  shape.pac = 3;
  return shape;
}

struct Expected {
  std::string name;
  std::vector<std::size_t> shape;
};

void check_parameters(const std::vector<Parameter>& parameters, const std::vector<Expected>& expected) {
  REQUIRE(parameters.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(parameters[i].name == expected[i].name);
    CHECK(parameters[i].shape == expected[i].shape);
  }
}

}  // namespace

TEST_CASE("the generator's layers take the latent, the condition and every earlier layer") {
  check_parameters(generator_parameters(small_shape()), {{"block0.linear.weight", {6, 11}},
                                                         {"block0.linear.bias", {6}},
                                                         {"block0.norm.weight", {6}},
                                                         {"block0.norm.bias", {6}},
                                                         {"block0.norm.running_mean", {6}},
                                                         {"block0.norm.running_var", {6}},
                                                         {"block1.linear.weight", {8, 17}},
                                                         {"block1.linear.bias", {8}},
                                                         {"block1.norm.weight", {8}},
                                                         {"block1.norm.bias", {8}},
                                                         {"block1.norm.running_mean", {8}},
                                                         {"block1.norm.running_var", {8}},
                                                         {"output.weight", {11, 25}},
                                                         {"output.bias", {11}}});
}

TEST_CASE("the discriminator takes pac rows with their conditions and gives one score") {
  check_parameters(discriminator_parameters(small_shape()), {{"layer0.weight", {9, 3 * (11 + 7)}},
                                                             {"layer0.bias", {9}},
                                                             {"output.weight", {1, 9}},
                                                             {"output.bias", {1}}});
}

TEST_CASE("linear layers start uniform in one over the root of their inputs, norms as the identity") {
  for (const Parameter& parameter : generator_parameters(small_shape())) {
    CAPTURE(parameter.name);
    const bool norm = parameter.name.find("norm") != std::string::npos;
    CHECK(parameter.trained == (parameter.name.find("running") == std::string::npos));
    if (norm) {
      const bool one = parameter.name.ends_with("weight") || parameter.name.ends_with("running_var");
      CHECK(parameter.start == (one ? 1 : 0));
      CHECK(parameter.spread == 0);
    }
  }
  const auto parameters = generator_parameters(small_shape());
  CHECK(parameters[6].spread == 1 / std::sqrt(17.0));
  CHECK(parameters[7].spread == 1 / std::sqrt(17.0));
}

TEST_CASE("without discrete columns the networks have no condition inputs") {
  CtganShape shape;
  shape.layout.add_continuous(2);
  CHECK(shape.generator_inputs() == 128);
  CHECK(shape.row_inputs() == 3);
  CHECK(generator_parameters(shape)[0].shape == std::vector<std::size_t>{256, 128});
  CHECK(discriminator_parameters(shape)[0].shape == std::vector<std::size_t>{256, 30});
}
