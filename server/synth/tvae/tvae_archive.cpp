#include "server/synth/tvae/tvae_archive.h"

#include <algorithm>

#include "common/errors/error.h"
#include "server/synth/tvae/tvae_settings.h"

namespace ctgan::synth::tvae {
namespace {

neural::NetworkFormat format() {
  return {.method = options::find_method(k_tvae),
          .prefix = "",  // the names have their network's in front of them
          .parameters = [](const options::Values& options, const encoders::OutputLayout& layout) {
            return networks::decoder_parameters(tvae_shape(options, layout));
          }};
}

void require_deviations(networks::ParameterArena& decoder) {
  const auto deviations = decoder.values(networks::k_tvae_deviations);
  if (std::all_of(deviations.begin(), deviations.end(), [](float value) { return value > 0; })) return;
  throw errors::Error(errors::Kind::bad_data,
                      "the model file is damaged: " + errors::quoted(networks::k_tvae_deviations) +
                          " has a standard deviation that is not positive");
}

}  // namespace

archive::Archive write_tvae(const neural::NetworkParts& parts) {
  return neural::write_network(format(), parts);
}

neural::NetworkParts read_tvae(const archive::Archive& archive) {
  neural::NetworkParts parts = neural::read_network(format(), archive);
  require_deviations(parts.parameters);
  return parts;
}

}  // namespace ctgan::synth::tvae
