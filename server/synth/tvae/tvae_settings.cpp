#include "server/synth/tvae/tvae_settings.h"

#include "server/synth/neural/layer_sizes.h"

namespace ctgan::synth::tvae {

networks::TvaeShape tvae_shape(const options::Values& options, const encoders::OutputLayout& layout) {
  return {.layout = layout,
          .embedding_dim = static_cast<std::size_t>(options.integer("embedding_dim")),
          .compress_dims = neural::layer_sizes(options, "compress_dims"),
          .decompress_dims = neural::layer_sizes(options, "decompress_dims")};
}

networks::TvaeTraining tvae_training(const options::Values& options) {
  networks::TvaeTraining training;
  training.optimizer.weight_decay = options.real("l2scale");
  training.loss_factor = options.real("loss_factor");
  return training;
}

}  // namespace ctgan::synth::tvae
