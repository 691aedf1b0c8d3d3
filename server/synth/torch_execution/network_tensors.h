// A network's parameters as torch tensors: views of the arena on a CPU in float, copies elsewhere.
#pragma once

#include <string_view>
#include <vector>

#include "server/synth/networks/parameter_arena.h"
#include "server/synth/torch_execution/torch.h"

namespace ctgan::synth::torch_execution {

// The arena's whole block, on the CPU. Only who was given a mutable arena writes to it.
torch::Tensor block_view(const networks::ParameterArena& arena);

class NetworkTensors {
 public:
  // For training: trained parameters are leaves of the autograd graph, and their gradients are views of one
  // flat tensor. `arena` must outlive this.
  NetworkTensors(networks::ParameterArena& arena, const torch::TensorOptions& options);
  // For sampling on a CPU: nothing requires a gradient and nothing is written.
  explicit NetworkTensors(const networks::ParameterArena& arena);

  const torch::Tensor& operator[](std::string_view name) const;
  const torch::TensorOptions& options() const { return options_; }

  // What an optimiser needs: the trained parameters and their gradients, flat, in the arena's order.
  torch::Tensor trained() const;
  const torch::Tensor& gradient() const { return gradient_; }
  // d loss / d every trained parameter, into gradient(); other leaves of the graph get none.
  void backward(const torch::Tensor& loss);

  // Writes the numbers to `arena`; nothing to do where it is what they are views of. And takes them from another.
  void store(networks::ParameterArena& arena) const;
  void load(const networks::ParameterArena& arena);

 private:
  void add_views(const networks::ParameterArena& arena);

  const networks::ParameterArena& arena_;
  torch::TensorOptions options_;
  torch::Tensor block_;                 // the whole arena
  torch::Tensor gradient_;              // of its trained part
  std::vector<torch::Tensor> tensors_;  // one a parameter, in the arena's order
  std::vector<torch::Tensor> leaves_;   // the trained ones of them
};

}  // namespace ctgan::synth::torch_execution
