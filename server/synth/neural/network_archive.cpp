#include "server/synth/neural/network_archive.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/errors/error.h"
#include "server/synth/model/model_archive.h"

namespace ctgan::synth::neural {
namespace {

using archive::Archive;
using archive::Tensor;

[[noreturn]] void refuse(const std::string& sentence) {
  throw errors::Error(errors::Kind::bad_data, "the model file is damaged: " + sentence);
}

void add_parameters(Archive& out, const std::string& prefix, const networks::ParameterArena& arena) {
  for (const networks::Parameter& parameter : arena.parameters())
    out.tensors.push_back(archive::tensor_from_floats(prefix + parameter.name, parameter.shape,
                                                      arena.values(parameter).data()));
}

networks::ParameterArena read_parameters(const Archive& in, const std::string& prefix,
                                         std::vector<networks::Parameter> parameters) {
  for (const networks::Parameter& parameter : parameters) {
    const Tensor& tensor = in.tensor(prefix + parameter.name);
    if (tensor.shape != parameter.shape)
      refuse(fmt::format("{} has the shape {}, but the options and columns need {}",
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

}  // namespace

Archive write_network(const NetworkFormat& format, const NetworkParts& parts) {
  Archive out = model::start_archive(format.method, parts.options, parts.encoder.metadata());
  add_parameters(out, format.prefix, parts.parameters);
  model::add_columns(out, parts.encoder.records());
  parts.zeros.add_to(out);
  return out;
}

NetworkParts read_network(const NetworkFormat& format, const Archive& archive) {
  model::check_format(archive);
  options::Values options = model::read_options(archive, format.method, format.unsaid);
  encoders::TableEncoder encoder = model::read_columns<encoders::TableEncoder>(archive);
  networks::ParameterArena parameters =
      read_parameters(archive, format.prefix, format.parameters(options, encoder.layout()));
  if (format.check != nullptr) format.check(parameters);
  StructuralZeros zeros = StructuralZeros::load(archive, encoder.layout());
  return {std::move(options), std::move(encoder), std::move(parameters), std::move(zeros)};
}

}  // namespace ctgan::synth::neural
