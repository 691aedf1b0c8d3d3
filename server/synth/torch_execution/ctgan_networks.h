// CTGAN's two networks (Xu et al. 2019, section 4.4) over the tensors of their parameters.
#pragma once

#include <vector>

#include "server/synth/networks/ctgan_shape.h"
#include "server/synth/torch_execution/network_tensors.h"

namespace ctgan::synth::torch_execution {

struct Linear {
  torch::Tensor weight, bias;

  torch::Tensor forward(const torch::Tensor& input) const { return torch::linear(input, weight, bias); }
};

class Generator {
 public:
  enum class Mode { training, sampling };  // batch norm on the batch's own or on the running statistics

  Generator(const networks::CtganShape& shape, const NetworkTensors& tensors);

  // rows x (embedding_dim + condition_width) -> rows x layout.width, before activation.
  torch::Tensor forward(const torch::Tensor& input, Mode mode) const;

 private:
  struct Block {
    Linear linear;
    torch::Tensor weight, bias, running_mean, running_var;
  };
  std::vector<Block> blocks_;
  Linear output_;
};

class Discriminator {
 public:
  Discriminator(const networks::CtganShape& shape, const NetworkTensors& tensors, double leaky_slope);

  // groups x (pac * row_inputs) -> one score a group. `dropout` has one factor for each unit of each layer.
  torch::Tensor forward(const torch::Tensor& groups, const std::vector<torch::Tensor>& dropout) const;

 private:
  std::vector<Linear> layers_;
  Linear output_;
  double leaky_slope_;
};

}  // namespace ctgan::synth::torch_execution
