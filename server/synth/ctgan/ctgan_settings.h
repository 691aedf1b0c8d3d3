// From the options that a user gave to what the engine computes with.
#pragma once

#include <string_view>
#include <vector>

#include "common/options/option_spec.h"
#include "server/synth/encoders/table_encoder.h"
#include "server/synth/networks/ctgan_execution.h"
#include "server/synth/neural/conditional_sampler.h"

namespace ctgan::synth::ctgan {

// The catalog's name of the model, and the entry "model" of its archives.
inline constexpr std::string_view k_ctgan = "ctgan";

// `options` are checked values of the method "ctgan".
networks::CtganShape ctgan_shape(const options::Values& options, const encoders::OutputLayout& layout);
// In float32; see ctgan_precision.h.
networks::CtganTraining ctgan_training(const options::Values& options);
// How conditions are drawn.
neural::Frequency training_frequency(const options::Values& options);
neural::Frequency sampling_frequency(const options::Values& options);

}  // namespace ctgan::synth::ctgan
