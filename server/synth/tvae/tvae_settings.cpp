#include "server/synth/tvae/tvae_settings.h"

namespace ctgan::synth::tvae {
namespace {

std::vector<std::size_t> sizes(const std::vector<std::int64_t>& entries) {
  return {entries.begin(), entries.end()};
}

}  // namespace

networks::TvaeShape tvae_shape(const options::Values& options, const encoders::OutputLayout& layout) {
  return {.layout = layout,
          .embedding_dim = static_cast<std::size_t>(options.integer("embedding_dim")),
          .compress_dims = sizes(options.integers("compress_dims")),
          .decompress_dims = sizes(options.integers("decompress_dims"))};
}

networks::TvaeTraining tvae_training(const options::Values& options) {
  networks::TvaeTraining training;
  training.optimizer.weight_decay = options.real("l2scale");
  training.loss_factor = options.real("loss_factor");
  return training;
}

}  // namespace ctgan::synth::tvae
