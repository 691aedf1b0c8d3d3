// A tiny CTGAN with a random table and random batches: everything that one training step needs, small enough
// to differentiate number by number.
#pragma once

#include <cstdint>
#include <vector>

#include "server/synth/networks/ctgan_execution.h"
#include "server/synth/random/random.h"
#include "tests/server/synth/networks/small_table.h"

namespace ctgan::synth::networks {

class SmallStep {
 public:
  SmallStep(const SmallColumns& columns, std::size_t pac, std::size_t groups,
            std::vector<std::size_t> generator_dim = {5, 4},
            std::vector<std::size_t> discriminator_dim = {6, 3})
      : table(small_table(columns)), batch_(pac * groups), groups_(groups) {
    shape.layout = table.layout;
    shape.embedding_dim = 3;
    shape.generator_dim = std::move(generator_dim);
    shape.discriminator_dim = std::move(discriminator_dim);
    shape.pac = pac;
  }

  networks::ParameterArena generator() const {
    return started_arena(networks::generator_parameters(shape), 100);
  }
  networks::ParameterArena discriminator() const {
    return started_arena(networks::discriminator_parameters(shape), 200);
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

  encoders::EncodedTable table;
  networks::CtganShape shape;
  networks::CtganTraining training;

 private:
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
};

}  // namespace ctgan::synth::networks
