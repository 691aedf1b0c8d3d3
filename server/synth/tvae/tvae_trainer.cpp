#include "server/synth/tvae/tvae_trainer.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "common/errors/error.h"
#include "server/synth/neural/chosen_execution.h"
#include "server/synth/neural/training_run.h"
#include "server/synth/tvae/fitted_tvae.h"
#include "server/synth/tvae/tvae_batches.h"
#include "server/synth/tvae/tvae_settings.h"

namespace ctgan::synth::tvae {
namespace {

// One training run: the state of the networks, the batches and the arithmetic.
class Run final : public neural::TrainingSteps {
 public:
  static constexpr const char* k_method = "tvae";
  static constexpr const char* k_remedy = "lower --loss-factor";

  Run(const options::Values& options, std::uint64_t seed, const encoders::TableEncoder& encoder,
      const encoders::EncodedTable& encoded, const model::FitContext& context, const archive::Archive* kept)
      : shape_(tvae_shape(options, encoder.layout())),
        training_(tvae_training(options)),
        start_(seed, random::StreamId::weights),
        parameters_(neural::started(networks::tvae_parameters(shape_), start_)),
        drawn_(options.text("sample_choice") == "drawn"),
        batches_(encoded.rows, shape_.embedding_dim, static_cast<std::size_t>(options.integer("batch_size")),
                 seed, context.pool),
        execution_(neural::chosen_execution(options).tvae.open_training({.shape = &shape_,
                                                                         .training = &training_,
                                                                         .encoded = &encoded,
                                                                         .parameters = &parameters_,
                                                                         .device = options.text("device"),
                                                                         .pool = &context.pool})) {
    if (kept != nullptr) go_on_from(*kept);
  }

  std::size_t steps_an_epoch() const override { return batches_.count(); }
  void start_epoch(int epoch) override { batches_.start_epoch(static_cast<std::uint64_t>(epoch)); }

  // The means over the epoch's rows.
  std::vector<model::Measure> train_step(std::size_t index) override {
    if (index == 0) means_ = {};
    batches_.fill(batch_, index, pass_++);
    const networks::TvaeLoss loss = execution_->train(batch_);
    const auto count = static_cast<double>(batch_.rows.size());
    means_.rows += count;
    means_.reconstruction += (loss.reconstruction - means_.reconstruction) * count / means_.rows;
    means_.divergence += (loss.divergence - means_.divergence) * count / means_.rows;
    return {{"reconstruction_loss", means_.reconstruction}, {"divergence_loss", means_.divergence}};
  }

  void add_to(archive::Archive& checkpoint) override {
    neural::add_state(checkpoint, "network", execution_->state());
    neural::add_pass(checkpoint, pass_);
    neural::add_arithmetic(checkpoint, execution_->arithmetic());
    const std::vector<double> means = {means_.rows, means_.reconstruction, means_.divergence};
    checkpoint.tensors.push_back(archive::tensor_from_doubles("means", {means.size()}, means.data()));
  }

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
  // Of an epoch so far.
  struct Means {
    double rows = 0, reconstruction = 0, divergence = 0;
  };

  void go_on_from(const archive::Archive& kept) {
    neural::require_arithmetic(kept, execution_->arithmetic());
    pass_ = neural::read_pass(kept);
    const std::vector<double> means = archive::doubles(kept.tensor("means"));
    if (means.size() != 3) throw errors::Error(errors::Kind::bad_data, "tensor 'means' has another size");
    means_ = {means[0], means[1], means[2]};
    execution_->go_on_from(neural::read_state(kept, "network", parameters_.parameters()));
  }

  networks::TvaeShape shape_;
  networks::TvaeTraining training_;
  random::Stream start_;
  networks::ParameterArena parameters_;
  bool drawn_;
  TvaeBatches batches_;
  std::unique_ptr<networks::TvaeTrainingExecution> execution_;
  std::uint64_t pass_ = 0;
  Means means_;
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
