// What each compilation of kernel_loops.h offers to kernels().
#pragma once

#include "server/synth/kernels/kernels.h"

namespace ctgan::synth::kernels {

struct KernelSet {
  Kernels<float> single;
  Kernels<double> twice;
};

extern const KernelSet k_baseline_set;
extern const KernelSet k_avx2_set;
extern const KernelSet k_avx512_set;

}  // namespace ctgan::synth::kernels
