#include "server/synth/neural/network_archive.h"

#include <utility>

#include "server/synth/model/model_archive.h"
#include "server/synth/neural/parameter_tensors.h"

namespace ctgan::synth::neural {

using archive::Archive;

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
