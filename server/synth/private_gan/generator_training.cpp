#include "server/synth/private_gan/generator_training.h"

#include "server/synth/neural/layer_sizes.h"
#include "server/synth/neural/training_run.h"

namespace ctgan::synth::private_gan {
namespace {

using random::Stream;
using random::StreamId;

networks::CtganTraining training_of(const options::Values& options) {
  networks::CtganTraining training;
  training.generator.learning_rate = options.real("generator_lr");
  training.generator.weight_decay = options.real("generator_decay");
  return training;
}

networks::ParameterArena started(const networks::CtganShape& shape, std::uint64_t seed) {
  Stream start(seed, StreamId::weights);
  return neural::started(networks::generator_parameters(shape), start);
}

}  // namespace

networks::CtganShape generator_shape(const options::Values& options, const encoders::OutputLayout& layout) {
  return {.layout = layout,
          .embedding_dim = static_cast<std::size_t>(options.integer("embedding_dim")),
          .generator_dim = neural::layer_sizes(options, "generator_dim"),
          .discriminator_dim = {},
          .pac = 1};
}

GeneratorTraining::GeneratorTraining(const networks::CtganShape& shape, const options::Values& options,
                                     const neural::ConditionSampler& conditions, std::uint64_t seed,
                                     threads::ThreadPool& pool)
    : shape_(shape),
      conditions_(conditions),
      seed_(seed),
      training_(training_of(options)),
      start_(started(shape, seed)),
      generated_(shape_, training_, start_, kernels::kernels<double>(kernels::chosen_instructions()), pool),
      adam_(training_.generator, kernels::kernels<double>(kernels::chosen_instructions())),
      draws_(pool) {
  generated_.tensors().start_moments();
}

const kernels::Panels<double>& GeneratorTraining::make(std::size_t rows) {
  Stream latent(seed_, StreamId::latent, pass_), gumbel(seed_, StreamId::gumbel, pass_);
  fake_.input.rows = rows;
  fake_.input.latent.resize(rows * shape_.embedding_dim);
  draws_.add(fake_.input.latent, latent, neural::Distribution::normal);
  fake_.gumbel.resize(rows * shape_.layout.width);
  draws_.add(fake_.gumbel, gumbel, neural::Distribution::gumbel);
  draws_.run([&] {
    fake_.input.condition.resize(rows);
    Stream condition(seed_, StreamId::condition, pass_);
    for (std::uint32_t& position : fake_.input.condition) position = conditions_.draw(condition);
  });
  ++pass_;
  return generated_.make(fake_);
}

void GeneratorTraining::train(const kernels::Panels<double>& by_rows) {
  adam_.begin_step();
  generated_.train(fake_, by_rows, adam_);
}

networks::ParameterArena GeneratorTraining::parameters() {
  networks::ParameterArena arena(networks::generator_parameters(shape_));
  generated_.tensors().store_values(arena);
  return arena;
}

}  // namespace ctgan::synth::private_gan
