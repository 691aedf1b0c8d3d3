// The kernels of a training step with a clock around each, to see where the time goes. For one measurement at
// a time: the sums are the program's own.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "server/synth/kernels/kernels.h"

namespace ctgan::bench {

enum class Phase { products, sparse_rows, batch_norm, output, dropout, rows, adam };
inline constexpr std::array<std::string_view, 7> k_phase_names = {"products",
                                                                  "sparse and one-hot rows",
                                                                  "batch norm",
                                                                  "gumbel softmax and tanh",
                                                                  "leaky relu and dropout",
                                                                  "copies, sums and transposes",
                                                                  "adam"};

struct PhaseSums {
  std::array<double, k_phase_names.size()> seconds = {};  // over all threads
  double flop = 0;                                        // of the products
};

// The same loops as `kernels`, which outlives the result.
synth::kernels::Kernels<float> timed(const synth::kernels::Kernels<float>& kernels);

// What all threads have spent since the last call. Call it when no kernel runs.
PhaseSums take_sums();

}  // namespace ctgan::bench
