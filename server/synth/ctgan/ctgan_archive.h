// The archive of a CTGAN: its generator as network_archive.h says, named "generator.<parameter>" by
// networks::generator_parameters(). Nothing of the discriminator.
#pragma once

#include "server/synth/neural/network_archive.h"

namespace ctgan::synth::ctgan {

const neural::NetworkFormat& ctgan_format();

}  // namespace ctgan::synth::ctgan
