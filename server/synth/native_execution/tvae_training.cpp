#include "server/synth/native_execution/tvae_training.h"

#include <fmt/format.h>

#include "server/synth/native_execution/native_execution.h"
#include "server/synth/native_execution/tvae_step.h"

namespace ctgan::synth::native_execution {
namespace {

class Training final : public networks::TvaeTrainingExecution {
 public:
  explicit Training(const networks::TvaeTrainingContext& context)
      : arena_(*context.parameters),
        kernels_(kernels::kernels<float>(kernels::chosen_instructions())),
        step_(*context.shape, *context.training, *context.encoded, arena_, kernels_, *context.pool),
        adam_(context.training->optimizer, kernels_) {
    arena_.give_back();
    step_.start();
  }

  networks::TvaeLoss train(const networks::TvaeBatch& batch) override {
    adam_.begin_step();
    const networks::TvaeLoss loss = step_.train(batch, adam_);
    step_.bound_deviations();
    return loss;
  }

  networks::NetworkState state() override {
    networks::NetworkState state(arena_.parameters());
    step_.tensors().store(state);
    state.steps = adam_.steps();
    return state;
  }

  void go_on_from(const networks::NetworkState& state) override {
    step_.tensors().load(state);
    adam_.go_on_after(state.steps);
  }

  std::string arithmetic() const override {
    return fmt::format("native {}", kernels::name_of(kernels::chosen_instructions()));
  }

  void finish() override { step_.finish(arena_); }

 private:
  networks::ParameterArena& arena_;
  const kernels::Kernels<float>& kernels_;
  TvaeStep<float> step_;
  Adam<float> adam_;
};

}  // namespace

std::unique_ptr<networks::TvaeTrainingExecution> NativeTvae::open_training(
    const networks::TvaeTrainingContext& context) const {
  require_cpu(context.device);
  return std::make_unique<Training>(context);
}

}  // namespace ctgan::synth::native_execution
