#include "server/synth/torch_execution/network_tensors.h"

namespace ctgan::synth::torch_execution {
namespace {

std::int64_t signed_size(std::size_t size) {
  return static_cast<std::int64_t>(size);
}

torch::Tensor view_of(const torch::Tensor& flat, const networks::Parameter& parameter) {
  const std::vector<std::int64_t> shape(parameter.shape.begin(), parameter.shape.end());
  return flat.narrow(0, signed_size(parameter.offset), signed_size(parameter.size)).view(shape);
}

}  // namespace

torch::Tensor block_view(const networks::ParameterArena& arena) {
  // from_blob takes no const pointer.
  return torch::from_blob(const_cast<float*>(arena.block().data()), {signed_size(arena.block().size())});
}

NetworkTensors::NetworkTensors(networks::ParameterArena& arena, const torch::TensorOptions& options)
    : arena_(arena), options_(options), block_(block_view(arena).to(options)) {
  const torch::NoGradGuard no_grad;
  add_views(arena);
  gradient_ = torch::zeros({signed_size(arena.trained_size())}, options);
  for (std::size_t i = 0; i < tensors_.size(); ++i) {
    if (!arena.parameters()[i].trained) continue;
    tensors_[i].requires_grad_(true);
    tensors_[i].mutable_grad() = view_of(gradient_, arena.parameters()[i]);
    leaves_.push_back(tensors_[i]);
  }
}

NetworkTensors::NetworkTensors(const networks::ParameterArena& arena)
    : arena_(arena), options_(torch::kFloat32), block_(block_view(arena)) {
  const torch::NoGradGuard no_grad;
  add_views(arena);
}

void NetworkTensors::add_views(const networks::ParameterArena& arena) {
  for (const networks::Parameter& parameter : arena.parameters())
    tensors_.push_back(view_of(block_, parameter).detach());
}

const torch::Tensor& NetworkTensors::operator[](std::string_view name) const {
  const networks::Parameter& parameter = arena_.find(name);
  return tensors_[static_cast<std::size_t>(&parameter - arena_.parameters().data())];
}

torch::Tensor NetworkTensors::trained() const {
  return block_.narrow(0, 0, signed_size(arena_.trained_size()));
}

void NetworkTensors::backward(const torch::Tensor& loss) {
  gradient_.zero_();
  loss.backward({}, c10::nullopt, false, leaves_);
}

void NetworkTensors::store(networks::ParameterArena& arena) const {
  if (block_.data_ptr() != arena.block().data()) block_view(arena).copy_(block_);
}

void NetworkTensors::load(const networks::ParameterArena& arena) {
  const torch::NoGradGuard no_grad;
  block_.copy_(block_view(arena));
}

}  // namespace ctgan::synth::torch_execution
