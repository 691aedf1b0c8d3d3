#include "server/synth/models/tvae_archive.h"

#include <algorithm>
#include <utility>

#include "common/errors/error.h"
#include "server/synth/models/model_archive.h"
#include "server/synth/models/tvae_settings.h"

namespace ctgan::synth::models {
namespace {

// The names have their network's in front of them.
constexpr const char* k_prefix = "";

void require_deviations(networks::ParameterArena& decoder) {
  const auto deviations = decoder.values(networks::k_tvae_deviations);
  if (std::all_of(deviations.begin(), deviations.end(), [](float value) { return value > 0; })) return;
  throw errors::Error(errors::Kind::bad_data,
                      "the model file is damaged: " + errors::quoted(networks::k_tvae_deviations) +
                          " has a standard deviation that is not positive");
}

}  // namespace

archive::Archive write_tvae(const options::Values& options, const transforms::TableTransform& transform,
                            const networks::ParameterArena& decoder, const StructuralZeros& zeros) {
  archive::Archive out = start_archive(k_tvae, options, transform);
  add_parameters(out, k_prefix, decoder);
  add_transform(out, transform);
  zeros.add_to(out);
  return out;
}

TvaeParts read_tvae(const archive::Archive& archive) {
  check_format(archive);
  options::Values options = read_options(archive, options::tvae_options());
  transforms::TableTransform transform = read_transform(archive);
  networks::ParameterArena decoder = read_parameters(
      archive, k_prefix, networks::decoder_parameters(tvae_shape(options, transform.layout())));
  require_deviations(decoder);
  StructuralZeros zeros = StructuralZeros::load(archive, transform.layout());
  return {std::move(options), std::move(transform), std::move(decoder), std::move(zeros)};
}

}  // namespace ctgan::synth::models
