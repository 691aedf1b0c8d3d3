// What every model's training says of its arithmetic.
#pragma once

#include <string_view>

namespace ctgan::synth::networks {

struct OptimizerOptions {  // Adam with L2 weight decay
  double learning_rate = 2e-4;
  double weight_decay = 1e-6;
  double beta1 = 0.5;
  double beta2 = 0.9;
  double epsilon = 1e-8;
};

// What the factors of matrix products are rounded to; sums, weights and everything else stay float.
enum class Precision { float32, bf16 };

constexpr std::string_view name_of(Precision precision) {
  return precision == Precision::bf16 ? "bf16" : "float32";
}

// What the products of a training step take in one precision, measured on the machine at hand.
struct PrecisionTime {
  Precision precision = Precision::float32;
  double milliseconds = 0;
};

}  // namespace ctgan::synth::networks
