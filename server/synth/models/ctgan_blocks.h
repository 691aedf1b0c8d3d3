// The rows that a fitted CTGAN draws: conditions as in training by sampling, then the generator.
#pragma once

#include <cstdint>
#include <optional>

#include "server/synth/models/conditional_sampler.h"
#include "server/synth/models/network_blocks.h"
#include "server/synth/models/structural_zeros.h"
#include "server/synth/networks/ctgan_shape.h"

namespace ctgan::synth::models {

class CtganBlocks final : public NetworkBlocks {
 public:
  // All but `generator` outlive it.
  CtganBlocks(const networks::CtganShape& shape, const transforms::TableTransform& transform,
              const ConditionSampler& conditions, const networks::ParameterArena& generator,
              const StructuralZeros& zeros, std::uint64_t rows, std::uint64_t seed);

 private:
  void draw(std::size_t block, Buffers& buffers, Given given, transforms::EncodedTable& table) const override;

  const networks::CtganShape& shape_;
  const ConditionSampler& conditions_;
  const StructuralZeros& zeros_;
};

}  // namespace ctgan::synth::models
