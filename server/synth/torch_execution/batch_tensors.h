// A batch's plain numbers as torch tensors of one dtype on one device.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "server/synth/networks/ctgan_execution.h"
#include "server/synth/torch_execution/torch.h"

namespace ctgan::synth::torch_execution {

// rows x (values / rows), in float on the CPU. The result views `values`.
torch::Tensor matrix(std::span<const float> values, std::size_t rows);
// rows x layout.width, in float on the CPU.
torch::Tensor dense_rows(const encoders::EncodedTable& table, std::span<const std::uint32_t> rows);

class BatchTensors {
 public:
  BatchTensors(const networks::CtganShape& shape, torch::TensorOptions options)
      : shape_(shape), options_(options) {}

  // rows x width. The result may view `values`.
  torch::Tensor matrix(std::span<const float> values, std::size_t rows) const;
  // int64, one a row.
  torch::Tensor positions(std::span<const std::uint32_t> condition) const;
  // rows x condition_width, a single one in each row.
  torch::Tensor one_hot(std::span<const std::uint32_t> condition) const;
  // Latent and condition side by side.
  torch::Tensor generator_input(const networks::GeneratorInput& input) const;
  // Dense rows with their conditions, rows x row_inputs.
  torch::Tensor real(const encoders::EncodedTable& table, std::span<const std::uint32_t> rows,
                     std::span<const std::uint32_t> condition) const;
  // One groups x width matrix a layer.
  std::vector<torch::Tensor> dropout(const networks::DropoutMasks& masks) const;
  // pac rows side by side.
  torch::Tensor packed(const torch::Tensor& rows) const;

 private:
  const networks::CtganShape& shape_;
  torch::TensorOptions options_;
};

}  // namespace ctgan::synth::torch_execution
