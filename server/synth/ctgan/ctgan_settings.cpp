#include "server/synth/ctgan/ctgan_settings.h"

#include "server/synth/neural/layer_sizes.h"

namespace ctgan::synth::ctgan {

networks::CtganShape ctgan_shape(const options::Values& options, const encoders::OutputLayout& layout) {
  return {.layout = layout,
          .embedding_dim = static_cast<std::size_t>(options.integer("embedding_dim")),
          .generator_dim = neural::layer_sizes(options, "generator_dim"),
          .discriminator_dim = neural::layer_sizes(options, "discriminator_dim"),
          .pac = static_cast<std::size_t>(options.integer("pac"))};
}

networks::CtganTraining ctgan_training(const options::Values& options) {
  networks::CtganTraining training;
  training.generator.learning_rate = options.real("generator_lr");
  training.generator.weight_decay = options.real("generator_decay");
  training.discriminator.learning_rate = options.real("discriminator_lr");
  training.discriminator.weight_decay = options.real("discriminator_decay");
  return training;
}

neural::Frequency training_frequency(const options::Values& options) {
  return options.boolean("log_frequency") ? neural::Frequency::log : neural::Frequency::original;
}

neural::Frequency sampling_frequency(const options::Values& options) {
  const std::string& chosen = options.text("sample_frequency");
  if (chosen == "training") return training_frequency(options);
  return chosen == "log" ? neural::Frequency::log : neural::Frequency::original;
}

}  // namespace ctgan::synth::ctgan
