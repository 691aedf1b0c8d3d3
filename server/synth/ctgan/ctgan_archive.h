// The archive of a CTGAN: its generator as network_archive.h says, named "generator.<parameter>" by
// networks::generator_parameters(). Nothing of the discriminator.
#pragma once

#include "server/synth/neural/network_archive.h"

namespace ctgan::synth::ctgan {

archive::Archive write_ctgan(const neural::NetworkParts& parts);
// Throws as neural::read_network.
neural::NetworkParts read_ctgan(const archive::Archive& archive);

}  // namespace ctgan::synth::ctgan
