#include "server/synth/neural/parameter_tensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/errors/error.h"

namespace ctgan::synth::neural {

void add_parameters(archive::Archive& out, const std::string& prefix, const networks::ParameterArena& arena) {
  for (const networks::Parameter& parameter : arena.parameters())
    out.tensors.push_back(archive::tensor_from_floats(prefix + parameter.name, parameter.shape,
                                                      arena.values(parameter).data()));
}

networks::ParameterArena read_parameters(const archive::Archive& in, const std::string& prefix,
                                         std::vector<networks::Parameter> parameters) {
  for (const networks::Parameter& parameter : parameters) {
    const archive::Tensor& tensor = in.tensor(prefix + parameter.name);
    if (tensor.shape != parameter.shape)
      throw errors::Error(
          errors::Kind::bad_data,
          fmt::format("the model file is damaged: {} has the shape {}, but the options and columns need {}",
                      errors::quoted(tensor.name), fmt::join(tensor.shape, "x"),
                      fmt::join(parameter.shape, "x")));
  }
  networks::ParameterArena arena(std::move(parameters));
  for (const networks::Parameter& parameter : arena.parameters()) {
    const std::vector<float> values = archive::floats(in.tensor(prefix + parameter.name));
    std::copy(values.begin(), values.end(), arena.values(parameter).begin());
  }
  return arena;
}

}  // namespace ctgan::synth::neural
