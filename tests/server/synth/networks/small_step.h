// A tiny CTGAN with a random table and random batches: everything that one training step needs, small enough
// to differentiate number by number.
#pragma once

#include <cstdint>
#include <vector>

#include "server/synth/networks/ctgan_execution.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::networks {

struct SmallColumns {
  std::vector<std::size_t> modes;       // one continuous column each
  std::vector<std::size_t> categories;  // one discrete column each
};

class SmallStep {
 public:
  SmallStep(const SmallColumns& columns, std::size_t pac, std::size_t groups,
            std::vector<std::size_t> generator_dim = {5, 4},
            std::vector<std::size_t> discriminator_dim = {6, 3})
      : batch_(pac * groups), groups_(groups) {
    table.rows = 30;
    for (const std::size_t modes : columns.modes) add_continuous(modes);
    for (const std::size_t categories : columns.categories) add_discrete(categories);
    shape.layout = table.layout;
    shape.embedding_dim = 3;
    shape.generator_dim = std::move(generator_dim);
    shape.discriminator_dim = std::move(discriminator_dim);
    shape.pac = pac;
  }

  networks::ParameterArena generator() const { return started(networks::generator_parameters(shape), 100); }
  networks::ParameterArena discriminator() const {
    return started(networks::discriminator_parameters(shape), 200);
  }

  networks::GeneratorInput input(std::uint64_t pass, std::size_t rows) const {
    networks::GeneratorInput input{rows, std::vector<float>(rows * shape.embedding_dim),
                                   conditions(pass, rows)};
    random::Stream(pass, random::StreamId::latent).fill_normal(input.latent);
    return input;
  }

  networks::FakeRows fake(std::uint64_t pass) const {
    networks::FakeRows fake{input(pass, batch_), std::vector<float>(batch_ * shape.layout.width),
                            dropout(pass)};
    random::Stream(pass, random::StreamId::gumbel).fill_gumbel(fake.gumbel);
    return fake;
  }

  networks::DiscriminatorBatch discriminator_batch(std::uint64_t pass) const {
    networks::DiscriminatorBatch batch;
    batch.fake = fake(pass);
    random::Stream random(pass, random::StreamId::rows);
    for (std::size_t i = 0; i < batch_; ++i)
      batch.real_rows.push_back(random.next_below(static_cast<std::uint32_t>(table.rows)));
    batch.real_condition = conditions(pass + 1000, batch_);
    batch.interpolation.resize(groups_);
    random::Stream(pass, random::StreamId::interpolation).fill_uniform(batch.interpolation);
    batch.real_dropout = dropout(pass + 2000);
    batch.interpolated_dropout = dropout(pass + 3000);
    return batch;
  }

  networks::GeneratorBatch generator_batch(std::uint64_t pass) const { return {fake(pass)}; }

  transforms::EncodedTable table;
  networks::CtganShape shape;
  networks::CtganTraining training;

 private:
  void add_continuous(std::size_t modes) {
    table.layout.add_continuous(modes);
    transforms::EncodedContinuous column{std::vector<std::uint8_t>(table.rows),
                                         std::vector<float>(table.rows)};
    for (auto& mode : column.mode)
      mode = static_cast<std::uint8_t>(random_.next_below(static_cast<std::uint32_t>(modes)));
    for (float& scalar : column.scalar) scalar = static_cast<float>(random_.next_double() * 1.98 - 0.99);
    table.columns.emplace_back(std::move(column));
  }

  void add_discrete(std::size_t categories) {
    table.layout.add_discrete(categories);
    auto column = transforms::EncodedDiscrete::sized(categories, table.rows);
    for (std::size_t row = 0; row < table.rows; ++row)
      column.set(row, random_.next_below(static_cast<std::uint32_t>(categories)));
    table.columns.emplace_back(std::move(column));
  }

  static networks::ParameterArena started(std::vector<networks::Parameter> parameters, std::uint64_t seed) {
    networks::ParameterArena arena(std::move(parameters));
    random::Stream random(seed, random::StreamId::weights);
    arena.initialise(random);
    return arena;
  }

  std::vector<std::uint32_t> conditions(std::uint64_t pass, std::size_t rows) const {
    std::vector<std::uint32_t> drawn;
    random::Stream random(pass, random::StreamId::condition);
    const auto width = static_cast<std::uint32_t>(shape.layout.condition_width);
    for (std::size_t i = 0; i < rows && width > 0; ++i) drawn.push_back(random.next_below(width));
    return drawn;
  }

  networks::DropoutMasks dropout(std::uint64_t pass) const {
    networks::DropoutMasks masks;
    random::Stream random(pass, random::StreamId::dropout);
    for (const std::size_t width : shape.discriminator_dim) {
      masks.emplace_back(groups_ * width);
      random.fill_dropout(masks.back(), 0.5F);
    }
    return masks;
  }

  std::size_t batch_, groups_;
  random::Stream random_{7, random::StreamId::rows};
};

}  // namespace ctgan::synth::networks
