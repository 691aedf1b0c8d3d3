#include "server/synth/kernels/kernels.h"

#include "server/synth/kernels/kernel_sets.h"

namespace ctgan::synth::kernels {
namespace {

const KernelSet& set_of(Instructions instructions) {
  switch (instructions) {
    case Instructions::avx512:
      return k_avx512_set;
    case Instructions::avx2:
      return k_avx2_set;
    case Instructions::baseline:
      break;
  }
  return k_baseline_set;
}

}  // namespace

template <>
const Kernels<float>& kernels<float>(Instructions instructions) {
  return set_of(instructions).single;
}

template <>
const Kernels<double>& kernels<double>(Instructions instructions) {
  return set_of(instructions).twice;
}

const Kernels<float>& bf16_kernels() {
  static const Kernels<float> k_table = [] {
    Kernels<float> table = k_avx512_set.single;
    table.multiply = multiply_bf16;
    table.multiply_from = multiply_from_bf16;
    return table;
  }();
  return k_table;
}

}  // namespace ctgan::synth::kernels
