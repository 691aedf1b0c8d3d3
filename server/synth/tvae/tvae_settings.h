// From the options that a user gave to what the engine computes with.
#pragma once

#include <string_view>

#include "common/options/option_spec.h"
#include "server/synth/networks/tvae_execution.h"

namespace ctgan::synth::tvae {

// The catalog's name of the model, and the entry "model" of its archives.
inline constexpr std::string_view k_tvae = "tvae";

// `options` are checked values of the method "tvae".
networks::TvaeShape tvae_shape(const options::Values& options, const encoders::OutputLayout& layout);
networks::TvaeTraining tvae_training(const options::Values& options);

}  // namespace ctgan::synth::tvae
