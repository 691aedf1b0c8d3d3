#include "server/synth/torch_execution/batch_tensors.h"

namespace ctgan::synth::torch_execution {
namespace {

std::int64_t signed_size(std::size_t size) {
  return static_cast<std::int64_t>(size);
}

}  // namespace

torch::Tensor matrix(std::span<const float> values, std::size_t rows) {
  const std::int64_t width = rows == 0 ? 0 : signed_size(values.size() / rows);
  // from_blob takes no const pointer; nothing here writes to the result.
  return torch::from_blob(const_cast<float*>(values.data()), {signed_size(rows), width});
}

torch::Tensor dense_rows(const encoders::EncodedTable& table, std::span<const std::uint32_t> rows) {
  const std::size_t width = table.layout.width;
  torch::Tensor dense = torch::zeros({signed_size(rows.size()), signed_size(width)});
  const std::span<float> values(dense.data_ptr<float>(), rows.size() * width);
  for (std::size_t i = 0; i < rows.size(); ++i) table.write_dense(rows[i], values.subspan(i * width, width));
  return dense;
}

torch::Tensor BatchTensors::matrix(std::span<const float> values, std::size_t rows) const {
  return torch_execution::matrix(values, rows).to(options_);
}

torch::Tensor BatchTensors::positions(std::span<const std::uint32_t> condition) const {
  const torch::Tensor wide = torch::empty({signed_size(condition.size())}, torch::kInt64);
  std::copy(condition.begin(), condition.end(), wide.data_ptr<std::int64_t>());
  return wide.to(options_.device());
}

torch::Tensor BatchTensors::one_hot(std::span<const std::uint32_t> condition) const {
  const torch::Tensor zeros =
      torch::zeros({signed_size(condition.size()), signed_size(shape_.layout.condition_width)}, options_);
  return zeros.scatter_(1, positions(condition).unsqueeze(1), 1);
}

torch::Tensor BatchTensors::generator_input(const networks::GeneratorInput& input) const {
  const torch::Tensor latent = matrix(input.latent, input.rows);
  return input.condition.empty() ? latent : torch::cat({latent, one_hot(input.condition)}, 1);
}

torch::Tensor BatchTensors::real(const encoders::EncodedTable& table, std::span<const std::uint32_t> rows,
                                 std::span<const std::uint32_t> condition) const {
  const torch::Tensor dense = dense_rows(table, rows).to(options_);
  return condition.empty() ? dense : torch::cat({dense, one_hot(condition)}, 1);
}

std::vector<torch::Tensor> BatchTensors::dropout(const networks::DropoutMasks& masks) const {
  std::vector<torch::Tensor> tensors;
  for (std::size_t i = 0; i < masks.size(); ++i)
    tensors.push_back(matrix(masks[i], masks[i].size() / shape_.discriminator_dim[i]));
  return tensors;
}

torch::Tensor BatchTensors::packed(const torch::Tensor& rows) const {
  return rows.reshape({-1, signed_size(shape_.pac * shape_.row_inputs())});
}

}  // namespace ctgan::synth::torch_execution
