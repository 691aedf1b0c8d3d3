#include "server/synth/models/fitted_ctgan.h"

#include <utility>

#include "server/synth/models/column_categories.h"
#include "server/synth/models/ctgan_archive.h"
#include "server/synth/models/ctgan_blocks.h"
#include "server/synth/models/ctgan_settings.h"

namespace ctgan::synth::models {
FittedCtgan::FittedCtgan(options::Values options, transforms::TableTransform transform,
                         networks::ParameterArena generator, StructuralZeros zeros)
    : options_(std::move(options)),
      transform_(std::move(transform)),
      metadata_(transform_.metadata()),
      shape_(ctgan_shape(options_, transform_.layout())),
      generator_(std::move(generator)),
      zeros_(std::move(zeros)),
      conditions_(transform_.category_rows(), sampling_frequency(options_)) {}

std::unique_ptr<FittedCtgan> FittedCtgan::load(const archive::Archive& archive) {
  CtganParts parts = read_ctgan(archive);
  return std::make_unique<FittedCtgan>(std::move(parts.options), std::move(parts.transform),
                                       std::move(parts.generator), std::move(parts.zeros));
}

std::string FittedCtgan::name() const {
  return std::string(k_ctgan);
}

std::vector<Category> FittedCtgan::categories(std::size_t column) const {
  return categories_of(transform_, column);
}

std::unique_ptr<SampledBlocks> FittedCtgan::sample(std::uint64_t rows, std::uint64_t seed) const {
  return std::make_unique<CtganBlocks>(shape_, transform_, conditions_, generator_, zeros_, rows, seed);
}

archive::Archive FittedCtgan::save() const {
  return write_ctgan(options_, transform_, generator_, zeros_);
}

}  // namespace ctgan::synth::models
