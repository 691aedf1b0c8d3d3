// The archive of a TVAE: its decoder as network_archive.h says, named "decoder.<parameter>" by
// networks::decoder_parameters(). Nothing of the encoder.
#pragma once

#include "server/synth/neural/network_archive.h"

namespace ctgan::synth::tvae {

// Reading refuses a standard deviation that is not positive.
const neural::NetworkFormat& tvae_format();

}  // namespace ctgan::synth::tvae
