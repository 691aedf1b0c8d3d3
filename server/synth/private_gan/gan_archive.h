// What the archive of a private GAN holds, and back: beside what marginal_methods/private_archive.h says
//
//   entries   total                  rows of the table, with noise
//   tables    share                  noisy one-way marginals, one an attribute, in order
//   tensors   generator.<parameter>  f32, by networks::generator_parameters()
//
// Nothing of the networks that the generator was trained against.
#pragma once

#include "server/synth/marginal_methods/private_archive.h"
#include "server/synth/networks/parameter_arena.h"
#include "server/synth/private_gan/noisy_shares.h"

namespace ctgan::synth::private_gan {

struct GanParts : marginal_methods::PrivateParts {
  NoisyShares shares;
  networks::ParameterArena generator;
};

archive::Archive write_gan(const GanParts& parts);

// Throws as read_private(), and Error(bad_data) for shares or parameters that no fit writes.
GanParts read_gan(const archive::Archive& archive);

}  // namespace ctgan::synth::private_gan
