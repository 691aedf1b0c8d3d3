// A trained CTGAN: the generator and what is needed to give it conditions and to read its rows. The
// discriminator is gone, and so is every training row.
#pragma once

#include "server/synth/networks/ctgan_shape.h"
#include "server/synth/neural/conditional_sampler.h"
#include "server/synth/neural/fitted_network.h"

namespace ctgan::synth::ctgan {

class FittedCtgan final : public neural::FittedNetwork {
 public:
  // REQUIRES: networks::generator_parameters() of the options' shape. The option sample_frequency says how
  // conditions are drawn: by their share, or by its logarithm as the published code does.
  explicit FittedCtgan(neural::NetworkParts parts);
  // Throws Error(bad_data) saying which part of the archive is missing or wrong.
  static std::unique_ptr<FittedCtgan> load(const archive::Archive& archive);

 private:
  // On the CPU, in blocks whose size depends on the model only. A smaller sample is the beginning of a larger
  // one of the same seed.
  std::unique_ptr<neural::NetworkBlocks> blocks(std::uint64_t rows, std::uint64_t seed) const override;

  networks::CtganShape shape_;
  neural::ConditionSampler conditions_;
};

}  // namespace ctgan::synth::ctgan
