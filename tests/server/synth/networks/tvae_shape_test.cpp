#include "server/synth/networks/tvae_shape.h"

#include "tests/catch.h"
#include "tests/server/synth/networks/small_table.h"

namespace {

using namespace ctgan::synth::networks;

TvaeShape shape() {
  return {.layout = small_table({{3}, {2}}).layout,  // 1 + 3 + 2 columns
          .embedding_dim = 7,
          .compress_dims = {5, 4},
          .decompress_dims = {8}};
}

std::vector<std::string> described(const std::vector<Parameter>& parameters) {
  std::vector<std::string> lines;
  for (const Parameter& parameter : parameters) {
    std::string line = parameter.name;
    for (const std::size_t size : parameter.shape) line += " " + std::to_string(size);
    lines.push_back(line);
  }
  return lines;
}

}  // namespace

TEST_CASE("the encoder's parameters are those of the published modules, by name and shape") {
  CHECK(described(encoder_parameters(shape())) ==
        std::vector<std::string>{"encoder.seq.0.weight 5 6", "encoder.seq.0.bias 5",
                                 "encoder.seq.2.weight 4 5", "encoder.seq.2.bias 4", "encoder.fc1.weight 7 4",
                                 "encoder.fc1.bias 7", "encoder.fc2.weight 7 4", "encoder.fc2.bias 7"});
}

TEST_CASE("the decoder's too, and its deviations start at 0.1") {
  const auto parameters = decoder_parameters(shape());
  CHECK(described(parameters) == std::vector<std::string>{"decoder.seq.0.weight 8 7", "decoder.seq.0.bias 8",
                                                          "decoder.seq.2.weight 6 8", "decoder.seq.2.bias 6",
                                                          "decoder.sigma 6"});
  ParameterArena arena = started_arena(parameters, 1);
  for (const float deviation : arena.values(k_tvae_deviations)) CHECK(deviation == 0.1F);
}

TEST_CASE("both networks together have the parameters of each") {
  auto lines = described(encoder_parameters(shape()));
  for (const auto& line : described(decoder_parameters(shape()))) lines.push_back(line);
  CHECK(described(tvae_parameters(shape())) == lines);
}
