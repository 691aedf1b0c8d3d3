#include "server/synth/torch_execution/torch_tvae.h"

#include "server/synth/torch_execution/adam.h"
#include "server/synth/torch_execution/boundary.h"
#include "server/synth/torch_execution/tvae_losses.h"

namespace ctgan::synth::torch_execution {
namespace {

class Training final : public networks::TvaeTrainingExecution {
 public:
  Training(const networks::TvaeTrainingContext& context, torch::Device device)
      : arena_(*context.parameters),
        training_(*context.training),
        tensors_(arena_, torch::TensorOptions(torch::kFloat32).device(device)),
        losses_(*context.shape, training_, *context.encoded, tensors_),
        adam_(training_.optimizer, tensors_.trained(), tensors_.gradient()) {}

  networks::TvaeLoss train(const networks::TvaeBatch& batch) override {
    return translated([&]() -> networks::TvaeLoss {
      const TvaeLosses::Parts loss = losses_.loss(batch);
      tensors_.backward(loss.reconstruction + loss.divergence);
      adam_.step();
      const torch::NoGradGuard no_grad;
      torch::Tensor deviations = tensors_[networks::k_tvae_deviations];
      deviations.clamp_(training_.least_deviation, training_.greatest_deviation);
      return {loss.reconstruction.item<double>(), loss.divergence.item<double>()};
    });
  }

  networks::NetworkState state() override {
    return translated([&] {
      networks::NetworkState state(arena_.parameters());
      tensors_.store(state.values);
      adam_.store(state);
      return state;
    });
  }

  void go_on_from(const networks::NetworkState& state) override {
    translated([&] {
      tensors_.load(state.values);
      adam_.load(state);
    });
  }

  std::string arithmetic() const override { return arithmetic_on(tensors_.options().device()); }

  void finish() override {
    translated([&] { tensors_.store(arena_); });
  }

 private:
  networks::ParameterArena& arena_;
  const networks::TvaeTraining& training_;
  NetworkTensors tensors_;
  TvaeLosses losses_;
  Adam adam_;
};

}  // namespace

std::unique_ptr<networks::TvaeTrainingExecution> TorchTvae::open_training(
    const networks::TvaeTrainingContext& context) const {
  return translated([&]() -> std::unique_ptr<networks::TvaeTrainingExecution> {
    at::set_num_threads(context.pool->threads());
    return std::make_unique<Training>(context, device_named(context.device));
  });
}

}  // namespace ctgan::synth::torch_execution
