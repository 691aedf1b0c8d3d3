#include "server/synth/torch_execution/torch_execution.h"

#include <utility>

#include "common/errors/error.h"
#include "server/synth/torch_execution/adam.h"
#include "server/synth/torch_execution/boundary.h"
#include "server/synth/torch_execution/ctgan_losses.h"

namespace ctgan::synth::torch_execution {
namespace {

class Training final : public networks::CtganTrainingExecution {
 public:
  Training(const networks::CtganTrainingContext& context, torch::Device device)
      : arenas_{*context.generator, *context.discriminator},
        generator_(*context.generator, torch::TensorOptions(torch::kFloat32).device(device)),
        discriminator_(*context.discriminator, torch::TensorOptions(torch::kFloat32).device(device)),
        losses_(*context.shape, *context.training, *context.encoded, generator_, discriminator_),
        generator_adam_(context.training->generator, generator_.trained(), generator_.gradient()),
        discriminator_adam_(context.training->discriminator, discriminator_.trained(),
                            discriminator_.gradient()) {}

  double train_discriminator(const networks::DiscriminatorBatch& batch) override {
    return translated([&] {
      const DiscriminatorLoss loss = losses_.discriminator_loss(batch);
      discriminator_.backward(loss.score + loss.penalty);
      discriminator_adam_.step();
      return loss.score.item<double>();
    });
  }

  double train_generator(const networks::GeneratorBatch& batch) override {
    return translated([&] {
      const torch::Tensor loss = losses_.generator_loss(batch);
      generator_.backward(loss);
      generator_adam_.step();
      return loss.item<double>();
    });
  }

  networks::CtganState state() override {
    return translated([&] {
      networks::CtganState state{networks::NetworkState(arenas_.generator.parameters()),
                                 networks::NetworkState(arenas_.discriminator.parameters())};
      generator_.store(state.generator.values);
      discriminator_.store(state.discriminator.values);
      generator_adam_.store(state.generator);
      discriminator_adam_.store(state.discriminator);
      return state;
    });
  }

  void go_on_from(const networks::CtganState& state) override {
    translated([&] {
      generator_.load(state.generator.values);
      discriminator_.load(state.discriminator.values);
      generator_adam_.load(state.generator);
      discriminator_adam_.load(state.discriminator);
    });
  }

  std::string arithmetic() const override { return arithmetic_on(generator_.options().device()); }

  void finish() override {
    translated([&] {
      generator_.store(arenas_.generator);
      discriminator_.store(arenas_.discriminator);
    });
  }

 private:
  struct {
    networks::ParameterArena& generator;
    networks::ParameterArena& discriminator;
  } arenas_;
  NetworkTensors generator_;
  NetworkTensors discriminator_;
  CtganLosses losses_;
  Adam generator_adam_;
  Adam discriminator_adam_;
};

class Sampling final : public networks::CtganSamplingExecution {
 public:
  explicit Sampling(const networks::CtganSamplingContext& context)
      : tensors_(*context.generator),
        batch_(*context.shape, tensors_.options()),
        generator_(*context.shape, tensors_) {}

  void generate(const networks::GeneratorInput& input, std::span<float> logits) override {
    translated([&] {
      const torch::NoGradGuard no_grad;
      const torch::Tensor out = generator_.forward(batch_.generator_input(input), Generator::Mode::sampling);
      const float* values = out.data_ptr<float>();
      std::copy(values, values + out.numel(), logits.data());
    });
  }

 private:
  NetworkTensors tensors_;
  BatchTensors batch_;
  Generator generator_;
};

}  // namespace

std::unique_ptr<networks::CtganTrainingExecution> TorchExecution::open_training(
    const networks::CtganTrainingContext& context) const {
  if (context.training->precision != networks::Precision::float32)
    throw errors::Error(errors::Kind::unavailable, "the libtorch execution multiplies in float32 only",
                        "use '--execution native' with '--precision bf16'");
  return translated([&]() -> std::unique_ptr<networks::CtganTrainingExecution> {
    at::set_num_threads(context.pool->threads());
    return std::make_unique<Training>(context, device_named(context.device));
  });
}

std::unique_ptr<networks::CtganSamplingExecution> TorchExecution::open_sampling(
    const networks::CtganSamplingContext& context) const {
  return translated([&]() -> std::unique_ptr<networks::CtganSamplingExecution> {
    at::set_num_threads(context.pool->threads());
    return std::make_unique<Sampling>(context);
  });
}

}  // namespace ctgan::synth::torch_execution
