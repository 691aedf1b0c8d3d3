// What every training run does around its steps.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "common/errors/error.h"
#include "common/options/option_spec.h"
#include "common/threads/thread_pool.h"
#include "server/synth/encoders/table_encoder.h"
#include "server/synth/model/checkpoints.h"
#include "server/synth/model/trainer.h"
#include "server/synth/networks/parameter_arena.h"
#include "server/synth/neural/network_archive.h"
#include "server/synth/neural/row_network.h"
#include "server/synth/neural/training_checkpoint.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::neural {

// An arena with its starting numbers.
networks::ParameterArena started(std::vector<networks::Parameter> parameters, random::Stream& random);

// Throws Error(job_failed) with the remedy when one of the losses of epoch `epoch` is not finite.
void require_finite(const std::vector<model::Measure>& losses, int epoch, std::string_view remedy);
// The same for the numbers that a training ends with.
void require_finite(const networks::ParameterArena& arena, int epoch, std::string_view remedy);

// A training, step by step.
class TrainingSteps {
 public:
  TrainingSteps() = default;
  TrainingSteps(const TrainingSteps&) = delete;
  TrainingSteps& operator=(const TrainingSteps&) = delete;
  virtual ~TrainingSteps() = default;

  virtual std::size_t steps_an_epoch() const = 0;
  // Before the epoch's first step, and before the next one of an epoch that the training goes on in.
  virtual void start_epoch(int epoch) = 0;
  // Step `index` of that epoch; the steps of an epoch come in order. Returns the epoch's losses so far.
  virtual std::vector<model::Measure> train_step(std::size_t index) = 0;
  // All that the steps to come depend on (training_checkpoint.h).
  virtual void add_to(archive::Archive& checkpoint) = 0;
};

// What is trained, and by what options.
struct TrainingPlan {
  std::string_view method;
  const options::Values& options;
  int epochs = 0;
  std::string_view remedy;  // for losses that stop being finite
};

// The checkpoint that this training may go on from; nothing where there is none, or it is another training's, of which
// the monitor is warned.
std::optional<archive::Archive> latest_checkpoint(const TrainingPlan& plan, const model::FitContext& context);
// Warns of a checkpoint that could not be taken over. Throws `error` itself where it is about something else.
void tell_unusable(const errors::Error& error, model::Monitor& monitor);

// Takes the steps from `next` on, reports the losses of each epoch, and keeps a checkpoint after a step where one is
// due. Throws as require_finite.
void train(TrainingSteps& steps, const TrainingPlan& plan, TrainingPosition next,
           const model::FitContext& context);

// What a network was trained on.
struct TrainedOn {
  const encoders::EncodedTable& table;
  std::uint64_t least_rows = 1;  // of a pair of values that is no structural zero
  std::size_t steps = 0;         // that the training took
  std::uint64_t seed = 0;
};

// Puts right what a training leaves askew in a network whose rows are to be like the table's: pairs of columns are
// fitted, pairs of values that the table never has are found, and shares are calibrated to them. Gives those pairs,
// which sampling settles.
StructuralZeros match_table(const RowNetwork& network, const TrainedOn& trained_on,
                            const model::FitContext& context);

// A Run that stands at its beginning, or where the last checkpoint was kept: then `next` says what comes.
template <typename Run, typename... Arguments>
std::unique_ptr<Run> open_run(const TrainingPlan& plan, TrainingPosition& next,
                              const model::FitContext& context, const Arguments&... arguments) {
  if (const std::optional<archive::Archive> kept = latest_checkpoint(plan, context)) {
    try {
      auto run = std::make_unique<Run>(arguments..., context, &*kept);
      next = read_position(*kept, plan.epochs, run->steps_an_epoch());
      context.checkpoints->resumed({"training", "epoch", static_cast<std::uint64_t>(next.epoch - 1),
                                    static_cast<std::uint64_t>(plan.epochs)});
      return run;
    } catch (const errors::Error& error) {
      tell_unusable(error, context.monitor);
    }
  }
  return std::make_unique<Run>(arguments..., context, nullptr);
}

// A whole fit: the table is encoded and released, a Run trains on it, and the network that it ends with is matched
// to the table and becomes a Fitted. Run: a TrainingSteps, constructed from (options, seed, encoder, encoded table,
// context, checkpoint to go on from or null), with
//   k_method                 the method's name
//   k_remedy                 for losses that stop being finite
//   finish()                 ends the arithmetic: the parameters of the network that makes rows
//   to_match(parameters)     these as a RowNetwork; nothing where sampling asks for other rows than the table's
// Fitted: constructed from NetworkParts. REQUIRES: the options hold a seed.
template <typename Run, typename Fitted>
std::unique_ptr<model::FittedModel> fit_by(const options::Values& options, model::TrainingTable table,
                                           const table::Metadata& metadata,
                                           const model::FitContext& context) {
  const auto seed = static_cast<std::uint64_t>(options.integer("seed"));
  context.monitor.report({"encoding the columns", "", 0, 0});
  encoders::TableEncoder encoder =
      encoders::TableEncoder::fit(table.rows, metadata, seed, context.pool, table.set_aside);
  const encoders::EncodedTable encoded = encoder.encode(table.rows, seed, context.pool);
  table.rows = {};
  context.monitor.check_stop();
  const int epochs = static_cast<int>(options.integer("epochs"));
  const TrainingPlan plan{Run::k_method, options, epochs, Run::k_remedy};
  TrainingPosition next;
  const std::unique_ptr<Run> run = open_run<Run>(plan, next, context, options, seed, encoder, encoded);
  train(*run, plan, next, context);
  networks::ParameterArena parameters = run->finish();
  require_finite(parameters, epochs, Run::k_remedy);
  StructuralZeros zeros;
  if (const std::optional<RowNetwork> network = run->to_match(parameters))
    zeros = match_table(*network,
                        {.table = encoded,
                         .least_rows = encoder.metadata().rules.min_category_count,
                         .steps = static_cast<std::size_t>(epochs) * run->steps_an_epoch(),
                         .seed = seed},
                        context);
  return std::make_unique<Fitted>(
      NetworkParts{options, std::move(encoder), std::move(parameters), std::move(zeros)});
}

}  // namespace ctgan::synth::neural
