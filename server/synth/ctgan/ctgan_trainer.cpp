#include "server/synth/ctgan/ctgan_trainer.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "server/synth/ctgan/ctgan_batches.h"
#include "server/synth/ctgan/ctgan_precision.h"
#include "server/synth/ctgan/ctgan_settings.h"
#include "server/synth/ctgan/fitted_ctgan.h"
#include "server/synth/neural/chosen_execution.h"
#include "server/synth/neural/training_run.h"

namespace ctgan::synth::ctgan {
namespace {

// A training that goes on keeps its precision: which is faster is another question each time.
networks::CtganTraining training_by(const options::Values& options, const networks::CtganShape& shape,
                                    model::Monitor& monitor, const archive::Archive* kept) {
  networks::CtganTraining training = ctgan_training(options);
  if (kept != nullptr) {
    const bool half = kept->entry("precision") == networks::name_of(networks::Precision::bf16);
    training.precision = half ? networks::Precision::bf16 : networks::Precision::float32;
    return training;
  }
  training.precision =
      chosen_precision(options, shape, static_cast<std::size_t>(options.integer("batch_size")),
                       neural::chosen_execution(options).ctgan, monitor);
  return training;
}

// One training run: the state of the networks, the batches and the arithmetic.
class Run final : public neural::TrainingSteps {
 public:
  static constexpr const char* k_method = "ctgan";
  static constexpr const char* k_remedy = "lower --generator-lr and --discriminator-lr";

  Run(const options::Values& options, std::uint64_t seed, const encoders::TableEncoder& encoder,
      const encoders::EncodedTable& encoded, const model::FitContext& context, const archive::Archive* kept)
      : shape_(ctgan_shape(options, encoder.layout())),
        training_(training_by(options, shape_, context.monitor, kept)),
        start_(seed, random::StreamId::weights),
        generator_(neural::started(networks::generator_parameters(shape_), start_)),
        discriminator_(neural::started(networks::discriminator_parameters(shape_), start_)),
        sampling_(sampling_frequency(options)),
        sampled_conditions_(encoder.category_rows(), sampling_),
        conditions_(encoder.category_rows(), training_frequency(options)),
        rows_(encoded),
        batches_(shape_, conditions_, rows_, static_cast<std::size_t>(options.integer("batch_size")), seed,
                 context.pool),
        execution_(neural::chosen_execution(options).ctgan.open_training({.shape = &shape_,
                                                                          .training = &training_,
                                                                          .encoded = &encoded,
                                                                          .generator = &generator_,
                                                                          .discriminator = &discriminator_,
                                                                          .device = options.text("device"),
                                                                          .pool = &context.pool})),
        discriminator_steps_(options.integer("discriminator_steps")),
        steps_(CtganTrainer::steps_an_epoch(encoded.rows,
                                            static_cast<std::size_t>(options.integer("batch_size")))) {
    if (kept != nullptr) go_on_from(*kept);
  }

  std::size_t steps_an_epoch() const override { return steps_; }
  void start_epoch(int /*epoch*/) override {}

  // The losses of the epoch's last step, as the published code reports them.
  std::vector<model::Measure> train_step(std::size_t /*index*/) override {
    std::vector<model::Measure> losses = {{"generator_loss", 0}, {"discriminator_loss", 0}};
    for (std::int64_t i = 0; i < discriminator_steps_; ++i) {
      batches_.fill(discriminator_batch_, pass_++);
      losses[1].value = execution_->train_discriminator(discriminator_batch_);
    }
    batches_.fill(generator_batch_, pass_++);
    losses[0].value = execution_->train_generator(generator_batch_);
    return losses;
  }

  void add_to(archive::Archive& checkpoint) override {
    networks::CtganState state = execution_->state();
    neural::add_state(checkpoint, "generator", std::move(state.generator));
    neural::add_state(checkpoint, "discriminator", std::move(state.discriminator));
    neural::add_pass(checkpoint, pass_);
    neural::add_arithmetic(checkpoint, execution_->arithmetic());
    checkpoint.metadata["precision"] = networks::name_of(training_.precision);
  }

  // The generator.
  networks::ParameterArena finish() {
    execution_->finish();
    execution_.reset();
    return std::move(generator_);
  }
  // Who draws conditions by their logarithm asks for other shares than the table's.
  std::optional<neural::RowNetwork> to_match(networks::ParameterArena& generator) const {
    if (sampling_ != neural::Frequency::original) return std::nullopt;
    return neural::row_network(generator, shape_, sampled_conditions_);
  }

 private:
  void go_on_from(const archive::Archive& kept) {
    neural::require_arithmetic(kept, execution_->arithmetic());
    pass_ = neural::read_pass(kept);
    execution_->go_on_from({neural::read_state(kept, "generator", generator_.parameters()),
                            neural::read_state(kept, "discriminator", discriminator_.parameters())});
  }

  networks::CtganShape shape_;
  networks::CtganTraining training_;
  random::Stream start_;
  networks::ParameterArena generator_;
  networks::ParameterArena discriminator_;
  neural::Frequency sampling_;
  neural::ConditionSampler sampled_conditions_;
  neural::ConditionSampler conditions_;  // of training
  neural::RowSampler rows_;
  CtganBatches batches_;
  std::unique_ptr<networks::CtganTrainingExecution> execution_;
  std::int64_t discriminator_steps_;
  std::size_t steps_;
  std::uint64_t pass_ = 0;
  networks::DiscriminatorBatch discriminator_batch_;
  networks::GeneratorBatch generator_batch_;
};

}  // namespace

CtganTrainer::CtganTrainer(options::Values options) : options_(std::move(options)) {}

std::unique_ptr<model::FittedModel> CtganTrainer::fit(model::TrainingTable table,
                                                      const table::Metadata& metadata,
                                                      const model::FitContext& context) {
  return neural::fit_by<Run, FittedCtgan>(options_, std::move(table), metadata, context);
}

std::size_t CtganTrainer::steps_an_epoch(std::size_t rows, std::size_t batch_size) {
  return std::max<std::size_t>(rows / batch_size, 1);
}

}  // namespace ctgan::synth::ctgan
