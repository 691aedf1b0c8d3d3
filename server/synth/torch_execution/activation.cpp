#include "server/synth/torch_execution/activation.h"

#include <vector>

namespace ctgan::synth::torch_execution {
namespace {

torch::Tensor part(const torch::Tensor& rows, const encoders::Block& block) {
  return rows.narrow(1, static_cast<std::int64_t>(block.offset), static_cast<std::int64_t>(block.width));
}

}  // namespace

torch::Tensor activate(const torch::Tensor& logits, const torch::Tensor& gumbel, double temperature,
                       const encoders::OutputLayout& layout) {
  const torch::Tensor disturbed = (logits + gumbel) / temperature;
  std::vector<torch::Tensor> parts;
  for (const encoders::Block& block : layout.blocks)
    parts.push_back(block.kind == encoders::Block::Kind::scalar ? torch::tanh(part(logits, block))
                                                                : torch::softmax(part(disturbed, block), 1));
  return torch::cat(parts, 1);
}

torch::Tensor condition_loss(const torch::Tensor& logits, const torch::Tensor& condition,
                             const encoders::OutputLayout& layout) {
  std::vector<torch::Tensor> parts;  // side by side they are as wide as the conditional vector
  for (const std::size_t i : layout.discrete_blocks())
    parts.push_back(torch::log_softmax(part(logits, layout.blocks[i]), 1));
  return -torch::cat(parts, 1).gather(1, condition.unsqueeze(1)).mean();
}

}  // namespace ctgan::synth::torch_execution
