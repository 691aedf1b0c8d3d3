// Whether a tensor's numbers may be written and trusted.
#pragma once

#include "server/synth/archive/archive.h"

namespace ctgan::synth::archive {

// False for an f32 or f64 tensor with an infinity or NaN.
bool all_finite(const Tensor& tensor);

}  // namespace ctgan::synth::archive
