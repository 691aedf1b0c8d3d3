// The archive of a TVAE: its decoder as network_archive.h says, named "decoder.<parameter>" by
// networks::decoder_parameters(). Nothing of the encoder.
#pragma once

#include "server/synth/neural/network_archive.h"

namespace ctgan::synth::tvae {

archive::Archive write_tvae(const neural::NetworkParts& parts);
// Throws as neural::read_network, and for a standard deviation that is not positive.
neural::NetworkParts read_tvae(const archive::Archive& archive);

}  // namespace ctgan::synth::tvae
