// The sizes of CTGAN's two networks, and the parameters they have (Xu et al. 2019, section 4.4).
//
// Generator: z and condition -> [Linear, BatchNorm, ReLU, joined in front of its own input] for each of
// generator_dim -> Linear to the dense row. Discriminator: pac rows with their conditions side by side ->
// [Linear, LeakyReLU 0.2, Dropout 0.5] for each of discriminator_dim -> Linear to one score.
#pragma once

#include <cstddef>
#include <vector>

#include "server/synth/encoders/output_layout.h"
#include "server/synth/networks/parameter_arena.h"

namespace ctgan::synth::networks {

struct CtganShape {
  encoders::OutputLayout layout;
  std::size_t embedding_dim = 128;
  std::vector<std::size_t> generator_dim = {256, 256};
  std::vector<std::size_t> discriminator_dim = {256, 256};
  std::size_t pac = 10;

  std::size_t generator_inputs() const { return embedding_dim + layout.condition_width; }
  // One row with its condition; the discriminator's input is pac of them.
  std::size_t row_inputs() const { return layout.width + layout.condition_width; }
};

// Names as a PyTorch user would write the modules, starting as PyTorch starts them: Linear weight and bias
// uniform in +-1/sqrt(inputs); norm weight 1, bias 0, running mean 0, running variance 1.
//
// "block0.linear.weight", "block0.linear.bias", "block0.norm.weight", "block0.norm.bias",
// "block0.norm.running_mean", "block0.norm.running_var", ..., "output.weight", "output.bias".
std::vector<Parameter> generator_parameters(const CtganShape& shape);
// "layer0.weight", "layer0.bias", ..., "output.weight", "output.bias".
std::vector<Parameter> discriminator_parameters(const CtganShape& shape);

}  // namespace ctgan::synth::networks
