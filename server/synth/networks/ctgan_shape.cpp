#include "server/synth/networks/ctgan_shape.h"

#include <string>

#include "server/synth/networks/linear_parameters.h"

namespace ctgan::synth::networks {
namespace {

void add_norm(std::vector<Parameter>& parameters, const std::string& name, std::size_t width) {
  parameters.push_back({.name = name + ".weight", .shape = {width}, .start = 1});
  parameters.push_back({.name = name + ".bias", .shape = {width}});
  parameters.push_back({.name = name + ".running_mean", .shape = {width}, .trained = false});
  parameters.push_back({.name = name + ".running_var", .shape = {width}, .trained = false, .start = 1});
}

}  // namespace

std::vector<Parameter> generator_parameters(const CtganShape& shape) {
  std::vector<Parameter> parameters;
  std::size_t inputs = shape.generator_inputs();
  for (std::size_t i = 0; i < shape.generator_dim.size(); ++i) {
    const std::string block = "block" + std::to_string(i);
    add_linear(parameters, block + ".linear", inputs, shape.generator_dim[i]);
    add_norm(parameters, block + ".norm", shape.generator_dim[i]);
    inputs += shape.generator_dim[i];
  }
  add_linear(parameters, "output", inputs, shape.layout.width);
  return parameters;
}

std::vector<Parameter> discriminator_parameters(const CtganShape& shape) {
  std::vector<Parameter> parameters;
  std::size_t inputs = shape.pac * shape.row_inputs();
  for (std::size_t i = 0; i < shape.discriminator_dim.size(); ++i) {
    add_linear(parameters, "layer" + std::to_string(i), inputs, shape.discriminator_dim[i]);
    inputs = shape.discriminator_dim[i];
  }
  add_linear(parameters, "output", inputs, 1);
  return parameters;
}

}  // namespace ctgan::synth::networks
