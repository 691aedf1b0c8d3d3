#include "server/synth/tvae/tvae_archive.h"

#include <algorithm>

#include "common/errors/error.h"
#include "server/synth/tvae/tvae_settings.h"

namespace ctgan::synth::tvae {
namespace {

void require_deviations(const networks::ParameterArena& decoder) {
  const auto deviations = decoder.values(decoder.find(networks::k_tvae_deviations));
  if (std::all_of(deviations.begin(), deviations.end(), [](float value) { return value > 0; })) return;
  throw errors::Error(errors::Kind::bad_data,
                      "the model file is damaged: " + errors::quoted(networks::k_tvae_deviations) +
                          " has a standard deviation that is not positive");
}

}  // namespace

const neural::NetworkFormat& tvae_format() {
  static const neural::NetworkFormat k_format{
      .method = options::find_method(k_tvae),
      .prefix = "",  // the names have their network's in front of them
      .parameters =
          [](const options::Values& options, const encoders::OutputLayout& layout) {
            return networks::decoder_parameters(tvae_shape(options, layout));
          },
      .check = require_deviations};
  return k_format;
}

}  // namespace ctgan::synth::tvae
