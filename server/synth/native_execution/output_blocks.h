// The layout of a row as the kernels take it.
#pragma once

#include <vector>

#include "server/synth/encoders/output_layout.h"
#include "server/synth/kernels/kernels.h"

namespace ctgan::synth::native_execution {

std::vector<kernels::OutputBlock> output_blocks(const encoders::OutputLayout& layout);

}  // namespace ctgan::synth::native_execution
