#include "server/synth/models/ctgan_archive.h"

#include <utility>

#include "server/synth/models/ctgan_settings.h"
#include "server/synth/models/model_archive.h"

namespace ctgan::synth::models {
namespace {

constexpr const char* k_prefix = "generator.";

// Before there was a choice, conditions were drawn as in training.
nlohmann::json unsaid() {
  return {{"sample_frequency", "training"}};
}

}  // namespace

archive::Archive write_ctgan(const options::Values& options, const transforms::TableTransform& transform,
                             const networks::ParameterArena& generator, const StructuralZeros& zeros) {
  archive::Archive out = start_archive(k_ctgan, options, transform);
  add_parameters(out, k_prefix, generator);
  add_transform(out, transform);
  zeros.add_to(out);
  return out;
}

CtganParts read_ctgan(const archive::Archive& archive) {
  check_format(archive);
  options::Values options = read_options(archive, options::ctgan_options(), unsaid());
  transforms::TableTransform transform = read_transform(archive);
  networks::ParameterArena generator = read_parameters(
      archive, k_prefix, networks::generator_parameters(ctgan_shape(options, transform.layout())));
  StructuralZeros zeros = StructuralZeros::load(archive, transform.layout());
  return {std::move(options), std::move(transform), std::move(generator), std::move(zeros)};
}

}  // namespace ctgan::synth::models
