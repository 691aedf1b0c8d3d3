// The rows that a fitted CTGAN draws: conditions as in training by sampling, then the generator.
#pragma once

#include <cstdint>
#include <optional>

#include "server/synth/networks/ctgan_shape.h"
#include "server/synth/neural/conditional_sampler.h"
#include "server/synth/neural/network_blocks.h"
#include "server/synth/neural/structural_zeros.h"

namespace ctgan::synth::ctgan {

class CtganBlocks final : public neural::NetworkBlocks {
 public:
  // All but `generator` outlive it.
  CtganBlocks(const networks::CtganShape& shape, const encoders::TableEncoder& encoder,
              const neural::ConditionSampler& conditions, const networks::ParameterArena& generator,
              const neural::StructuralZeros& zeros, std::uint64_t rows, std::uint64_t seed);

  bool takes_conditions() const override { return true; }

 private:
  void draw(std::size_t block, Buffers& buffers, Given given, encoders::EncodedTable& table) const override;

  const networks::CtganShape& shape_;
  const neural::ConditionSampler& conditions_;
  const neural::StructuralZeros& zeros_;
};

}  // namespace ctgan::synth::ctgan
