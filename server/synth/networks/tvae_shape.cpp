#include "server/synth/networks/tvae_shape.h"

#include <utility>

#include "server/synth/networks/linear_parameters.h"

namespace ctgan::synth::networks {
namespace {

constexpr double k_first_deviation = 0.1;

// Returns the width of the last layer.
std::size_t add_layers(std::vector<Parameter>& parameters, const std::string& network, std::size_t inputs,
                       const std::vector<std::size_t>& widths) {
  for (std::size_t i = 0; i < widths.size(); ++i) {
    add_linear(parameters, tvae_layer_name(network, i), inputs, widths[i]);
    inputs = widths[i];
  }
  return inputs;
}

}  // namespace

std::string tvae_layer_name(const std::string& network, std::size_t layer) {
  return network + ".seq." + std::to_string(2 * layer);
}

std::vector<Parameter> encoder_parameters(const TvaeShape& shape) {
  std::vector<Parameter> parameters;
  const std::size_t width = add_layers(parameters, "encoder", shape.layout.width, shape.compress_dims);
  add_linear(parameters, "encoder.fc1", width, shape.embedding_dim);
  add_linear(parameters, "encoder.fc2", width, shape.embedding_dim);
  return parameters;
}

std::vector<Parameter> decoder_parameters(const TvaeShape& shape) {
  std::vector<Parameter> parameters;
  std::vector<std::size_t> widths = shape.decompress_dims;
  widths.push_back(shape.layout.width);
  add_layers(parameters, "decoder", shape.embedding_dim, widths);
  parameters.push_back(
      {.name = k_tvae_deviations, .shape = {shape.layout.width}, .start = k_first_deviation});
  return parameters;
}

std::vector<Parameter> tvae_parameters(const TvaeShape& shape) {
  std::vector<Parameter> parameters = encoder_parameters(shape);
  for (Parameter& parameter : decoder_parameters(shape)) parameters.push_back(std::move(parameter));
  return parameters;
}

}  // namespace ctgan::synth::networks
