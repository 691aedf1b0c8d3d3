#include "server/synth/ctgan/ctgan_archive.h"

#include "server/synth/ctgan/ctgan_settings.h"

namespace ctgan::synth::ctgan {
namespace {

neural::NetworkFormat format() {
  return {.method = options::find_method(k_ctgan),
          .prefix = "generator.",
          // Before there was a choice, conditions were drawn as in training.
          .unsaid = {{"sample_frequency", "training"}},
          .parameters = [](const options::Values& options, const encoders::OutputLayout& layout) {
            return networks::generator_parameters(ctgan_shape(options, layout));
          }};
}

}  // namespace

archive::Archive write_ctgan(const neural::NetworkParts& parts) {
  return neural::write_network(format(), parts);
}

neural::NetworkParts read_ctgan(const archive::Archive& archive) {
  return neural::read_network(format(), archive);
}

}  // namespace ctgan::synth::ctgan
