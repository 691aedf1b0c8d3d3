// The sizes of TVAE's two networks, and the parameters they have (Xu et al. 2019, section 4.5).
//
// Encoder: the dense row -> [Linear, ReLU] for each of compress_dims -> two Linears side by side, to the
// means and to the logarithms of the variances of the latent numbers. Decoder: latent numbers -> [Linear,
// ReLU] for each of decompress_dims -> Linear to the dense row, beside one standard deviation a column of it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "server/synth/encoders/output_layout.h"
#include "server/synth/networks/parameter_arena.h"

namespace ctgan::synth::networks {

struct TvaeShape {
  encoders::OutputLayout layout;
  std::size_t embedding_dim = 128;
  std::vector<std::size_t> compress_dims = {128, 128};
  std::vector<std::size_t> decompress_dims = {128, 128};
};

// Names are those of the published modules' state_dict behind "encoder." and "decoder.", starting values
// PyTorch's: Linear weight and bias uniform in +-1/sqrt(inputs); the deviations, which are of use at scalars
// only, 0.1.
//
// "encoder.seq.0.weight", "encoder.seq.0.bias", "encoder.seq.2.weight", ..., "encoder.fc1.weight" (means),
// "encoder.fc1.bias", "encoder.fc2.weight" (log variances), "encoder.fc2.bias".
std::vector<Parameter> encoder_parameters(const TvaeShape& shape);
// "decoder.seq.0.weight", "decoder.seq.0.bias", ..., "decoder.sigma". The last seq is the output.
std::vector<Parameter> decoder_parameters(const TvaeShape& shape);
// Those of the encoder, then those of the decoder.
std::vector<Parameter> tvae_parameters(const TvaeShape& shape);

// "encoder.seq.4" for the third layer of the encoder; the published modules count the ReLUs too.
std::string tvae_layer_name(const std::string& network, std::size_t layer);

inline constexpr const char* k_tvae_deviations = "decoder.sigma";

}  // namespace ctgan::synth::networks
