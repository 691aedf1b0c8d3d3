#include "server/synth/private_gan/dpctgan.h"

#include <algorithm>
#include <vector>

#include "server/synth/native_execution/sparse_batch.h"
#include "server/synth/neural/layer_sizes.h"
#include "server/synth/private_gan/coded_table.h"
#include "server/synth/private_gan/row_classifier.h"

namespace ctgan::synth::private_gan {
namespace {

using marginal_methods::ConfidentialRows;

// Of one row. Lengths only matter beside the optimiser's rate, which Adam takes out again.
constexpr double k_bound = 1;

RowClassifier started_discriminator(const TrainingStart& start) {
  random::Stream weights(start.seed, random::StreamId::weights, 1);
  return {start.shape.layout.width, neural::layer_sizes(start.options, "discriminator_dim"), weights,
          discriminator_optimizer(start.options), start.context.pool};
}

// The rows that pay for each step.
class SampledRows {
 public:
  SampledRows(ConfidentialRows& rows, const TrainingStart& start)
      : SampledRows(rows.train("training", training_of(start)), rows.sensitivity(), start) {}

  std::uint64_t steps() const { return paid_.training().steps; }
  // The gradient of the mean loss of all rows, with noise.
  void noisy_gradient(RowClassifier& discriminator, std::vector<double>& gradient) {
    const std::vector<std::uint32_t> rows = units_.rows_of(paid_.sample(units_.size()));
    std::fill(gradient.begin(), gradient.end(), 0.0);
    discriminator.add_clipped_gradient(loaded_rows(batch_, rows, pool_), k_bound, gradient);
    paid_.add_noise(gradient, k_bound * rows_per_unit_, pool_);
    for (double& number : gradient) number /= expected_rows_;
  }

 private:
  static privacy::SampledTraining training_of(const TrainingStart& start) {
    return {
        .rate = std::min(1.0, static_cast<double>(start.options.integer("batch_size")) / start.shares.total),
        .steps = static_cast<std::uint64_t>(start.options.integer("steps"))};
  }
  SampledRows(ConfidentialRows::Trained trained, double rows_per_unit, const TrainingStart& start)
      : paid_(trained.paid),
        units_(trained.rows.units, trained.rows.columns.front().rows()),
        table_(coded_table(std::move(trained.rows.columns), start.shape.layout)),
        batch_(table_),
        rows_per_unit_(rows_per_unit),
        expected_rows_(paid_.training().rate * start.shares.total),
        pool_(start.context.pool) {}

  privacy::PaidTraining paid_;
  UnitIndex units_;
  encoders::EncodedTable table_;
  native_execution::SparseBatch<double> batch_;
  double rows_per_unit_, expected_rows_;
  threads::ThreadPool& pool_;
};

}  // namespace

networks::ParameterArena train_dpctgan(ConfidentialRows& rows, const TrainingStart& start) {
  SampledRows real(rows, start);
  RowClassifier discriminator = started_discriminator(start);
  GeneratorTraining generator(start.shape, start.options, start.conditions, start.seed, start.context.pool);
  const auto batch = static_cast<std::size_t>(start.options.integer("generated_rows"));
  const auto between = static_cast<std::uint64_t>(start.options.integer("discriminator_steps"));
  std::vector<double> gradient(discriminator.parameters());
  const std::uint64_t taken = std::min(real.steps(), start.context.most_steps);
  for (std::uint64_t step = 1; step <= taken; ++step) {
    start.context.monitor.check_stop();
    real.noisy_gradient(discriminator, gradient);
    const kernels::Panels<double>& fake = generator.make(batch);
    discriminator.add_gradient({.count = batch, .whole = &fake}, false, 1 / static_cast<double>(batch),
                               gradient);
    discriminator.step(gradient);
    double loss = 0;
    if (step % between == 0) {
      loss = discriminator.judge(generator.make(batch));
      generator.train(discriminator.input_gradient());
    }
    const model::Measure measure{"generator_loss", loss};
    start.context.monitor.report(
        {"training", "step", step, real.steps(), std::span(&measure, step % between == 0 ? 1 : 0)});
  }
  return generator.parameters();
}

}  // namespace ctgan::synth::private_gan
