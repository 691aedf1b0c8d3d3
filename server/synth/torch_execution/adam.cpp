#include "server/synth/torch_execution/adam.h"

#include <cmath>
#include <utility>

#include "server/synth/torch_execution/network_tensors.h"

namespace ctgan::synth::torch_execution {
namespace {

torch::Tensor trained_part(const networks::ParameterArena& arena) {
  return block_view(arena).narrow(0, 0, static_cast<std::int64_t>(arena.trained_size()));
}

}  // namespace

Adam::Adam(const networks::OptimizerOptions& options, torch::Tensor values, torch::Tensor gradient)
    : options_(options),
      values_(std::move(values)),
      gradient_(std::move(gradient)),
      mean_(torch::zeros_like(values_)),
      square_(torch::zeros_like(values_)) {}

void Adam::step() {
  const torch::NoGradGuard no_grad;
  ++steps_;
  const auto steps = static_cast<double>(steps_);
  const double mean_share = 1 - std::pow(options_.beta1, steps);
  const double square_share = 1 - std::pow(options_.beta2, steps);
  gradient_.add_(values_, options_.weight_decay);
  mean_.mul_(options_.beta1).add_(gradient_, 1 - options_.beta1);
  square_.mul_(options_.beta2).addcmul_(gradient_, gradient_, 1 - options_.beta2);
  // The gradient is spent: its memory holds the denominator.
  torch::sqrt_out(gradient_, square_).div_(std::sqrt(square_share)).add_(options_.epsilon);
  values_.addcdiv_(mean_, gradient_, -options_.learning_rate / mean_share);
}

void Adam::store(networks::NetworkState& state) const {
  trained_part(state.mean).copy_(mean_);
  trained_part(state.square).copy_(square_);
  state.steps = steps_;
}

void Adam::load(const networks::NetworkState& state) {
  mean_.copy_(trained_part(state.mean));
  square_.copy_(trained_part(state.square));
  steps_ = state.steps;
}

}  // namespace ctgan::synth::torch_execution
