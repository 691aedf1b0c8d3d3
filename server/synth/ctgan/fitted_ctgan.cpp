#include "server/synth/ctgan/fitted_ctgan.h"

#include <utility>

#include "server/synth/ctgan/ctgan_archive.h"
#include "server/synth/ctgan/ctgan_blocks.h"
#include "server/synth/ctgan/ctgan_settings.h"

namespace ctgan::synth::ctgan {

FittedCtgan::FittedCtgan(neural::NetworkParts given)
    : FittedNetwork(ctgan_format(), std::move(given)),
      shape_(ctgan_shape(parts().options, parts().encoder.layout())),
      conditions_(parts().encoder.category_rows(), sampling_frequency(parts().options)) {}

std::unique_ptr<FittedCtgan> FittedCtgan::load(const archive::Archive& archive) {
  return std::make_unique<FittedCtgan>(neural::read_network(ctgan_format(), archive));
}

std::unique_ptr<neural::NetworkBlocks> FittedCtgan::blocks(std::uint64_t rows, std::uint64_t seed) const {
  return std::make_unique<CtganBlocks>(shape_, parts().encoder, conditions_, parts().parameters,
                                       parts().zeros, rows, seed);
}

}  // namespace ctgan::synth::ctgan
