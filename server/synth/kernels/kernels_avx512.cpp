#include <cstddef>

namespace ctgan::synth::kernels {
namespace {
constexpr int k_vector_bytes = 64;
constexpr std::size_t k_tile_rows = 14;  // of floats: their sums fill the registers
}  // namespace
}  // namespace ctgan::synth::kernels

#include "server/synth/kernels/kernel_loops.h"
#include "server/synth/kernels/kernel_sets.h"

namespace ctgan::synth::kernels {

const KernelSet k_avx512_set = {k_kernels<float>, k_kernels<double>};

}  // namespace ctgan::synth::kernels
