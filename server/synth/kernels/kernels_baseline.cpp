#include <cstddef>

namespace ctgan::synth::kernels {
namespace {
constexpr int k_vector_bytes = 16;
constexpr std::size_t k_tile_rows = 1;  // of floats: their sums fill the registers
}  // namespace
}  // namespace ctgan::synth::kernels

#include "server/synth/kernels/kernel_loops.h"
#include "server/synth/kernels/kernel_sets.h"

namespace ctgan::synth::kernels {

const KernelSet k_baseline_set = {k_kernels<float>, k_kernels<double>};

}  // namespace ctgan::synth::kernels
