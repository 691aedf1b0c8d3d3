#include "server/synth/models/ctgan_trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "common/errors/error.h"
#include "server/synth/models/ctgan_batches.h"
#include "server/synth/models/ctgan_settings.h"
#include "server/synth/models/fitted_ctgan.h"
#include "server/synth/models/torch_library.h"
#include "server/synth/native_execution/native_execution.h"

namespace ctgan::synth::models {
namespace {

using errors::Error;
using errors::Kind;

[[noreturn]] void refuse_losses(int epoch) {
  throw Error(Kind::job_failed, fmt::format("the losses stopped being finite in epoch '{}'", epoch),
              "lower --generator-lr and --discriminator-lr");
}

const networks::CtganExecution& chosen_execution(const options::Values& options) {
  static const native_execution::NativeExecution k_native;
  const std::string& execution = options.text("execution");
  const bool libtorch = execution == "libtorch" || (execution == "auto" && options.text("device") == "cuda");
  if (libtorch) return open_execution(torch_library_places());
  return k_native;
}

networks::ParameterArena started(std::vector<networks::Parameter> parameters, random::Stream& random) {
  networks::ParameterArena arena(std::move(parameters));
  arena.initialise(random);
  return arena;
}

// One training run: the state of the networks, the batches and the arithmetic.
class Run {
 public:
  Run(const options::Values& options, std::uint64_t seed, const transforms::TableTransform& transform,
      const transforms::EncodedTable& encoded, threads::ThreadPool& pool)
      : shape_(ctgan_shape(options, transform.layout())),
        training_(ctgan_training(options)),
        start_(seed, random::StreamId::weights),
        generator_(started(networks::generator_parameters(shape_), start_)),
        discriminator_(started(networks::discriminator_parameters(shape_), start_)),
        conditions_(transform.category_counts(),
                    options.boolean("log_frequency") ? Frequency::log : Frequency::original),
        rows_(encoded),
        batches_(shape_, conditions_, rows_, static_cast<std::size_t>(options.integer("batch_size")), seed,
                 pool),
        execution_(chosen_execution(options).open_training({.shape = &shape_,
                                                            .training = &training_,
                                                            .encoded = &encoded,
                                                            .generator = &generator_,
                                                            .discriminator = &discriminator_,
                                                            .device = options.text("device"),
                                                            .pool = &pool})),
        discriminator_steps_(options.integer("discriminator_steps")),
        steps_(std::max<std::size_t>(encoded.rows / static_cast<std::size_t>(options.integer("batch_size")),
                                     1)) {}

  // The losses of the epoch's last step, as the published code reports them.
  EpochReport train_epoch(int epoch, int epochs) {
    EpochReport report{epoch, epochs, 0, 0};
    for (std::size_t step = 0; step < steps_; ++step) {
      for (std::int64_t i = 0; i < discriminator_steps_; ++i) {
        batches_.fill(discriminator_batch_, pass_++);
        report.discriminator_loss = execution_->train_discriminator(discriminator_batch_);
      }
      batches_.fill(generator_batch_, pass_++);
      report.generator_loss = execution_->train_generator(generator_batch_);
      if (!std::isfinite(report.discriminator_loss) || !std::isfinite(report.generator_loss))
        refuse_losses(epoch);
    }
    return report;
  }

  // The trained generator. Call once, at the end.
  networks::ParameterArena finish(int epochs) {
    execution_->finish();
    execution_.reset();
    const auto values = std::as_const(generator_).block();
    if (!std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); }))
      refuse_losses(epochs);
    return std::move(generator_);
  }

 private:
  networks::CtganShape shape_;
  networks::CtganTraining training_;
  random::Stream start_;
  networks::ParameterArena generator_;
  networks::ParameterArena discriminator_;
  ConditionSampler conditions_;
  RowSampler rows_;
  CtganBatches batches_;
  std::unique_ptr<networks::CtganTrainingExecution> execution_;
  std::int64_t discriminator_steps_;
  std::size_t steps_;
  std::uint64_t pass_ = 0;
  networks::DiscriminatorBatch discriminator_batch_;
  networks::GeneratorBatch generator_batch_;
};

}  // namespace

CtganTrainer::CtganTrainer(options::Values options)
    : options_(std::move(options)), seed_(static_cast<std::uint64_t>(options_.integer("seed"))) {}

std::unique_ptr<FittedModel> CtganTrainer::fit(table::Table table, const table::Metadata& metadata,
                                               const EpochObserver& observer) {
  threads::ThreadPool pool(0);
  transforms::TableTransform transform = transforms::TableTransform::fit(table, metadata, seed_, pool);
  const transforms::EncodedTable encoded = transform.encode(table, seed_, pool);
  table = {};
  Run run(options_, seed_, transform, encoded, pool);
  const int epochs = static_cast<int>(options_.integer("epochs"));
  for (int epoch = 1; epoch <= epochs; ++epoch)
    if (!observer(run.train_epoch(epoch, epochs)))
      throw Error(Kind::job_cancelled,
                  fmt::format("training was stopped after epoch '{}' of '{}'", epoch, epochs));
  return std::make_unique<FittedCtgan>(options_, std::move(transform), run.finish(epochs));
}

}  // namespace ctgan::synth::models
