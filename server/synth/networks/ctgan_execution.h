// The contract between CTGAN (models/ctgan, which decides what is computed) and whoever does the arithmetic.
// Every random number comes in with the batch, so that two executions can be compared gradient by gradient.
//
// Implementations: torch_execution/ (libtorch modules and autograd, CPU and CUDA; opened by dlopen).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "server/synth/networks/ctgan_shape.h"
#include "server/synth/transforms/encoded_table.h"

namespace ctgan::synth::networks {

struct OptimizerOptions {  // Adam with L2 weight decay
  double learning_rate = 2e-4;
  double weight_decay = 1e-6;
  double beta1 = 0.5;
  double beta2 = 0.9;
  double epsilon = 1e-8;
};

struct CtganTraining {
  OptimizerOptions generator;
  OptimizerOptions discriminator{2e-4, 0.0};
  double gradient_penalty = 10;
  double gumbel_temperature = 0.2;
  double leaky_slope = 0.2;
};

// What the generator is given for one batch. Row r's condition is the single one at condition[r] of the conditional
// vector (empty when there are no discrete columns).
struct GeneratorInput {
  std::size_t rows = 0;
  std::vector<float> latent;             // rows x embedding_dim
  std::vector<std::uint32_t> condition;  // rows, or empty
  std::vector<float> gumbel;             // rows x layout.width; read at the one-hot blocks
};

// Inverted dropout factors (0 or 1 / (1 - rate)) of one discriminator pass: per layer, groups x width.
using DropoutMasks = std::vector<std::vector<float>>;

struct DiscriminatorBatch {
  GeneratorInput fake;
  std::vector<std::uint32_t> real_rows;       // row numbers of the encoded table
  std::vector<std::uint32_t> real_condition;  // the condition that each real row was drawn for
  std::vector<float> interpolation;           // one alpha in [0, 1) a group of pac rows
  DropoutMasks fake_dropout, real_dropout, interpolated_dropout;
};

struct GeneratorBatch {
  GeneratorInput fake;
  DropoutMasks fake_dropout;
};

// One instance trains or samples one model. Not safe to share between threads.
class CtganExecution {
 public:
  virtual ~CtganExecution() = default;

  // Discriminator loss without the penalty, mean D(fake) - mean D(real), before the step. The optimiser steps on
  // that plus the penalty.
  virtual double train_discriminator(const DiscriminatorBatch& batch) = 0;
  // Generator loss, -mean D(fake) + conditional cross-entropy, before the step.
  virtual double train_generator(const GeneratorBatch& batch) = 0;
  // Writes the current numbers back to the arenas (nothing to do when they are viewed).
  virtual void store() = 0;

  // The generator's raw outputs (before activation), rows x layout.width, batch norm on its running statistics.
  virtual void generate(const GeneratorInput& input, std::span<float> logits) = 0;
};

// What an execution is opened on. Everything outlives it. `encoded` and `discriminator` are null for sampling only.
struct CtganExecutionContext {
  const CtganShape* shape = nullptr;
  const CtganTraining* training = nullptr;
  const transforms::EncodedTable* encoded = nullptr;
  ParameterArena* generator = nullptr;
  ParameterArena* discriminator = nullptr;
  std::string device = "cpu";  // or "cuda"
  int threads = 0;             // 0: all of the machine's
};

}  // namespace ctgan::synth::networks
