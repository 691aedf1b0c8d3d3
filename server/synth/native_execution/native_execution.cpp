#include "server/synth/native_execution/native_execution.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/errors/error.h"
#include "server/synth/native_execution/ctgan_step.h"
#include "server/synth/native_execution/factors.h"
#include "server/synth/native_execution/products_of_step.h"
#include "server/synth/native_execution/row_generator.h"

namespace ctgan::synth::native_execution {
namespace {

const kernels::Kernels<float>& chosen_kernels() {
  return kernels::kernels<float>(kernels::chosen_instructions());
}

bool bf16_chosen() {
  return kernels::chosen_instructions() == kernels::Instructions::avx512 && kernels::bf16_available();
}

const kernels::Kernels<float>& chosen_kernels(networks::Precision precision) {
  if (precision == networks::Precision::float32) return chosen_kernels();
  if (!bf16_chosen())
    throw errors::Error(errors::Kind::unavailable, "this processor has no bf16 instructions",
                        "use '--precision float32', or 'auto'");
  return kernels::bf16_kernels();
}

class Training final : public networks::CtganTrainingExecution {
 public:
  explicit Training(const networks::CtganTrainingContext& context)
      : arenas_{*context.generator, *context.discriminator},
        precision_(context.training->precision),
        kernels_(chosen_kernels(precision_)),
        step_(*context.shape, *context.training, *context.encoded, *context.generator, *context.discriminator,
              kernels_, *context.pool),
        generator_adam_(context.training->generator, kernels_),
        discriminator_adam_(context.training->discriminator, kernels_) {
    arenas_.generator.give_back();
    arenas_.discriminator.give_back();
    step_.start();
  }

  double train_discriminator(const networks::DiscriminatorBatch& batch) override {
    discriminator_adam_.begin_step();
    return step_.train_discriminator(batch, discriminator_adam_).score;
  }

  double train_generator(const networks::GeneratorBatch& batch) override {
    generator_adam_.begin_step();
    return step_.train_generator(batch, generator_adam_);
  }

  networks::CtganState state() override {
    networks::CtganState state{networks::NetworkState(arenas_.generator.parameters()),
                               networks::NetworkState(arenas_.discriminator.parameters())};
    step_.generator().store(state.generator);
    step_.discriminator().store(state.discriminator);
    state.generator.steps = generator_adam_.steps();
    state.discriminator.steps = discriminator_adam_.steps();
    return state;
  }

  void go_on_from(const networks::CtganState& state) override {
    step_.generator().load(state.generator);
    step_.discriminator().load(state.discriminator);
    generator_adam_.go_on_after(state.generator.steps);
    discriminator_adam_.go_on_after(state.discriminator.steps);
  }

  std::string arithmetic() const override {
    return fmt::format("native {} {}", kernels::name_of(kernels::chosen_instructions()),
                       networks::name_of(precision_));
  }

  void finish() override { step_.finish(arenas_.generator, arenas_.discriminator); }

 private:
  struct {
    networks::ParameterArena& generator;
    networks::ParameterArena& discriminator;
  } arenas_;
  networks::Precision precision_;
  const kernels::Kernels<float>& kernels_;
  CtganStep<float> step_;
  Adam<float> generator_adam_, discriminator_adam_;
};

class Sampling final : public networks::CtganSamplingExecution {
 public:
  explicit Sampling(const networks::CtganSamplingContext& context)
      : embedding_dim_(context.shape->embedding_dim),
        generator_(*context.shape, *context.generator),
        work_(generator_.workspace()) {}

  void generate(const networks::GeneratorInput& input, std::span<float> logits) override {
    for (std::size_t first = 0; first < input.rows; first += RowGenerator::k_rows) {
      const std::size_t count = std::min(RowGenerator::k_rows, input.rows - first);
      const std::span<const std::uint32_t> condition(input.condition);
      const kernels::Panels<float>& from = generator_.forward(
          {count, std::span(input.latent).subspan(first * embedding_dim_, count * embedding_dim_),
           condition.empty() ? condition : condition.subspan(first, count)},
          work_);
      for (std::size_t row = 0; row < count; ++row)
        for (std::size_t panel = 0; panel < from.panels(); ++panel)
          std::copy_n(from.panel(panel, row), columns_in(from.columns(), panel),
                      logits.data() + (first + row) * from.columns() + panel * k_panel_columns);
    }
  }

 private:
  std::size_t embedding_dim_;
  RowGenerator generator_;
  RowGenerator::Workspace work_;
};

}  // namespace

void require_cpu(const std::string& device) {
  if (device == "cuda")
    throw errors::Error(errors::Kind::unavailable, "the native execution runs on the CPU only",
                        "use '--execution libtorch' with '--device cuda'");
}

std::unique_ptr<networks::CtganTrainingExecution> NativeExecution::open_training(
    const networks::CtganTrainingContext& context) const {
  require_cpu(context.device);
  return std::make_unique<Training>(context);
}

std::unique_ptr<networks::CtganSamplingExecution> NativeExecution::open_sampling(
    const networks::CtganSamplingContext& context) const {
  return std::make_unique<Sampling>(context);
}

std::vector<networks::PrecisionTime> NativeExecution::time_precisions(const networks::CtganShape& shape,
                                                                      std::size_t rows) const {
  if (!bf16_chosen()) return {};
  const std::vector<double> times =
      time_products(products_of_step(shape, rows), {&chosen_kernels(), &kernels::bf16_kernels()});
  return {{networks::Precision::float32, times[0]}, {networks::Precision::bf16, times[1]}};
}

}  // namespace ctgan::synth::native_execution
