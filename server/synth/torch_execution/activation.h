// From the generator's raw outputs to rows, and the loss that ties them to their conditions.
#pragma once

#include "server/synth/encoders/output_layout.h"
#include "server/synth/torch_execution/torch.h"

namespace ctgan::synth::torch_execution {

// tanh at scalars, Gumbel softmax (Jang et al. 2017) at one-hot blocks: softmax((logits + gumbel) /
// temperature).
torch::Tensor activate(const torch::Tensor& logits, const torch::Tensor& gumbel, double temperature,
                       const encoders::OutputLayout& layout);

// Cross-entropy between each row's block of logits and its condition, averaged over the rows (Xu et al. 2019,
// section 4.3). `condition` holds one position of the conditional vector a row, as int64.
torch::Tensor condition_loss(const torch::Tensor& logits, const torch::Tensor& condition,
                             const encoders::OutputLayout& layout);

}  // namespace ctgan::synth::torch_execution
