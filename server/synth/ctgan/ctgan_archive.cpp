#include "server/synth/ctgan/ctgan_archive.h"

#include "server/synth/ctgan/ctgan_settings.h"

namespace ctgan::synth::ctgan {

const neural::NetworkFormat& ctgan_format() {
  static const neural::NetworkFormat k_format{
      .method = options::find_method(k_ctgan),
      .prefix = "generator.",
      // Before there was a choice, conditions were drawn as in training.
      .unsaid = {{"sample_frequency", "training"}},
      .parameters = [](const options::Values& options, const encoders::OutputLayout& layout) {
        return networks::generator_parameters(ctgan_shape(options, layout));
      }};
  return k_format;
}

}  // namespace ctgan::synth::ctgan
