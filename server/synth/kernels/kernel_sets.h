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

// Kernels::multiply and multiply_from with vdpbf16ps. REQUIRES: the left factor's rows are neighbours (row_stride
// 1, one segment, at most 32 rows, all 32 readable) or its depth is (depth_stride 1, segments of 32).
void multiply_bf16(const LeftFactor<float>& left, std::size_t m, std::size_t depth, const float* right,
                   float* out, bool add);
void multiply_from_bf16(const LeftFactor<float>& left, std::size_t m, std::size_t depth, const float* right,
                        const float* row, float* out);

}  // namespace ctgan::synth::kernels
