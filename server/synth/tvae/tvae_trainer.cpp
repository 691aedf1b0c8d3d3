#include "server/synth/tvae/tvae_trainer.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "server/synth/neural/chosen_execution.h"
#include "server/synth/neural/training_run.h"
#include "server/synth/tvae/fitted_tvae.h"
#include "server/synth/tvae/tvae_batches.h"
#include "server/synth/tvae/tvae_settings.h"

namespace ctgan::synth::tvae {
namespace {

// One training run: the state of the networks, the batches and the arithmetic.
class Run {
 public:
  static constexpr const char* k_remedy = "lower --loss-factor";

  Run(const options::Values& options, std::uint64_t seed, const encoders::TableEncoder& encoder,
      const encoders::EncodedTable& encoded, const model::FitContext& context)
      : shape_(tvae_shape(options, encoder.layout())),
        training_(tvae_training(options)),
        start_(seed, random::StreamId::weights),
        parameters_(neural::started(networks::tvae_parameters(shape_), start_)),
        context_(context),
        drawn_(options.text("sample_choice") == "drawn"),
        batches_(encoded.rows, shape_.embedding_dim, static_cast<std::size_t>(options.integer("batch_size")),
                 seed, context.pool),
        execution_(neural::chosen_execution(options).tvae.open_training({.shape = &shape_,
                                                                         .training = &training_,
                                                                         .encoded = &encoded,
                                                                         .parameters = &parameters_,
                                                                         .device = options.text("device"),
                                                                         .pool = &context.pool})) {}

  // The mean over the epoch's rows.
  std::vector<model::Measure> train_epoch(int epoch) {
    std::vector<model::Measure> losses = {{"reconstruction_loss", 0}, {"divergence_loss", 0}};
    double rows = 0;
    batches_.start_epoch(static_cast<std::uint64_t>(epoch));
    for (std::size_t i = 0; i < batches_.count(); ++i) {
      context_.monitor.check_stop();
      batches_.fill(batch_, i, pass_++);
      const networks::TvaeLoss loss = execution_->train(batch_);
      const auto count = static_cast<double>(batch_.rows.size());
      rows += count;
      losses[0].value += (loss.reconstruction - losses[0].value) * count / rows;
      losses[1].value += (loss.divergence - losses[1].value) * count / rows;
      neural::require_finite(losses, epoch, k_remedy);
    }
    return losses;
  }

  std::size_t steps_an_epoch() const { return batches_.count(); }

  // The decoder.
  networks::ParameterArena finish() {
    execution_->finish();
    execution_.reset();
    networks::ParameterArena decoder(networks::decoder_parameters(shape_));
    for (const networks::Parameter& parameter : decoder.parameters()) {
      const auto from = parameters_.values(parameter.name);
      std::copy(from.begin(), from.end(), decoder.values(parameter).begin());
    }
    return decoder;
  }
  // Who takes the likeliest alone asks for other shares than the table's.
  std::optional<neural::RowNetwork> to_match(networks::ParameterArena& decoder) const {
    if (!drawn_) return std::nullopt;
    return neural::row_network(decoder, shape_);
  }

 private:
  networks::TvaeShape shape_;
  networks::TvaeTraining training_;
  random::Stream start_;
  networks::ParameterArena parameters_;
  const model::FitContext& context_;
  bool drawn_;
  TvaeBatches batches_;
  std::unique_ptr<networks::TvaeTrainingExecution> execution_;
  std::uint64_t pass_ = 0;
  networks::TvaeBatch batch_;
};

}  // namespace

TvaeTrainer::TvaeTrainer(options::Values options) : options_(std::move(options)) {}

std::unique_ptr<model::FittedModel> TvaeTrainer::fit(model::TrainingTable table,
                                                     const table::Metadata& metadata,
                                                     const model::FitContext& context) {
  return neural::fit_by<Run, FittedTvae>(options_, std::move(table), metadata, context);
}

std::size_t TvaeTrainer::steps_an_epoch(std::size_t rows, std::size_t batch_size) {
  return (rows + batch_size - 1) / batch_size;
}

}  // namespace ctgan::synth::tvae
