// CTGAN's generator as a PyTorch user would write it, with torch's own modules under the names of our
// parameters.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/synth/networks/ctgan_shape.h"
#include "server/synth/torch_execution/torch.h"

namespace ctgan::synth::torch_execution {

struct PublishedBlock : torch::nn::Module {
  PublishedBlock(std::int64_t inputs, std::int64_t outputs)
      : linear(register_module("linear", torch::nn::Linear(inputs, outputs))),
        norm(register_module("norm", torch::nn::BatchNorm1d(outputs))) {}
  torch::Tensor forward(const torch::Tensor& x) { return torch::cat({torch::relu(norm(linear(x))), x}, 1); }
  torch::nn::Linear linear;
  torch::nn::BatchNorm1d norm;
};

struct PublishedGenerator : torch::nn::Module {
  explicit PublishedGenerator(const networks::CtganShape& shape) {
    auto inputs = static_cast<std::int64_t>(shape.generator_inputs());
    for (std::size_t i = 0; i < shape.generator_dim.size(); ++i) {
      const auto width = static_cast<std::int64_t>(shape.generator_dim[i]);
      blocks.push_back(
          register_module("block" + std::to_string(i), std::make_shared<PublishedBlock>(inputs, width)));
      inputs += width;
    }
    output =
        register_module("output", torch::nn::Linear(inputs, static_cast<std::int64_t>(shape.layout.width)));
  }
  torch::Tensor forward(torch::Tensor x) {
    for (const auto& block : blocks) x = block->forward(x);
    return output(x);
  }
  // Every parameter and buffer of the modules is asked for by its name, except the count of batches.
  using ValuesOf = std::function<std::vector<float>(const std::string& name)>;
  void load(const ValuesOf& values_of) {
    const torch::NoGradGuard no_grad;
    const auto copy = [&values_of](const auto& items) {
      for (const auto& item : items)
        if (item.key().find("num_batches") == std::string::npos)
          item.value().copy_(torch::tensor(values_of(item.key())).view(item.value().sizes()));
    };
    copy(named_parameters());
    copy(named_buffers());
  }
  std::vector<std::shared_ptr<PublishedBlock>> blocks;
  torch::nn::Linear output{nullptr};
};

}  // namespace ctgan::synth::torch_execution
