#include "server/synth/torch_execution/ctgan_networks.h"

#include <string>

namespace ctgan::synth::torch_execution {
namespace {

// PyTorch's defaults for BatchNorm1d.
constexpr double k_norm_momentum = 0.1;
constexpr double k_norm_epsilon = 1e-5;

Linear linear(const NetworkTensors& tensors, const std::string& name) {
  return {tensors[name + ".weight"], tensors[name + ".bias"]};
}

}  // namespace

Generator::Generator(const networks::CtganShape& shape, const NetworkTensors& tensors)
    : output_(linear(tensors, "output")) {
  for (std::size_t i = 0; i < shape.generator_dim.size(); ++i) {
    const std::string block = "block" + std::to_string(i);
    const std::string norm = block + ".norm";
    blocks_.push_back({linear(tensors, block + ".linear"), tensors[norm + ".weight"], tensors[norm + ".bias"],
                       tensors[norm + ".running_mean"], tensors[norm + ".running_var"]});
  }
}

torch::Tensor Generator::forward(const torch::Tensor& input, Mode mode) const {
  torch::Tensor x = input;
  for (const Block& block : blocks_) {
    const torch::Tensor normalised =
        torch::batch_norm(block.linear.forward(x), block.weight, block.bias, block.running_mean,
                          block.running_var, mode == Mode::training, k_norm_momentum, k_norm_epsilon, false);
    x = torch::cat({torch::relu(normalised), x}, 1);
  }
  return output_.forward(x);
}

Discriminator::Discriminator(const networks::CtganShape& shape, const NetworkTensors& tensors,
                             double leaky_slope)
    : output_(linear(tensors, "output")), leaky_slope_(leaky_slope) {
  for (std::size_t i = 0; i < shape.discriminator_dim.size(); ++i)
    layers_.push_back(linear(tensors, "layer" + std::to_string(i)));
}

torch::Tensor Discriminator::forward(const torch::Tensor& groups,
                                     const std::vector<torch::Tensor>& dropout) const {
  torch::Tensor x = groups;
  for (std::size_t i = 0; i < layers_.size(); ++i)
    x = torch::leaky_relu(layers_[i].forward(x), leaky_slope_) * dropout[i];
  return output_.forward(x).squeeze(1);
}

}  // namespace ctgan::synth::torch_execution
