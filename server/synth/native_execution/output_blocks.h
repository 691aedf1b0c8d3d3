// The layout of a row as the kernels take it.
#pragma once

#include <vector>

#include "server/synth/kernels/kernels.h"
#include "server/synth/transforms/output_layout.h"

namespace ctgan::synth::native_execution {

std::vector<kernels::OutputBlock> output_blocks(const transforms::OutputLayout& layout);

}  // namespace ctgan::synth::native_execution
