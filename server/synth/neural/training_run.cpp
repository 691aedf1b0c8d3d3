#include "server/synth/neural/training_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "common/errors/error.h"
#include "server/synth/neural/calibration.h"
#include "server/synth/neural/pair_fitting.h"

namespace ctgan::synth::neural {
namespace {

using errors::Error;
using errors::Kind;

[[noreturn]] void refuse_losses(int epoch, std::string_view remedy) {
  throw Error(Kind::job_failed, fmt::format("the losses stopped being finite in epoch '{}'", epoch),
              std::string(remedy));
}

}  // namespace

networks::ParameterArena started(std::vector<networks::Parameter> parameters, random::Stream& random) {
  networks::ParameterArena arena(std::move(parameters));
  arena.initialise(random);
  return arena;
}

void require_finite(const std::vector<model::Measure>& losses, int epoch, std::string_view remedy) {
  for (const model::Measure& loss : losses)
    if (!std::isfinite(loss.value)) refuse_losses(epoch, remedy);
}

void require_finite(const networks::ParameterArena& arena, int epoch, std::string_view remedy) {
  const auto values = arena.block();
  if (!std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); }))
    refuse_losses(epoch, remedy);
}

std::optional<archive::Archive> latest_checkpoint(const TrainingPlan& plan,
                                                  const model::FitContext& context) {
  if (context.checkpoints == nullptr) return std::nullopt;
  std::optional<archive::Archive> kept = context.checkpoints->latest();
  if (!kept || is_checkpoint_of(*kept, plan.method, plan.options)) return kept;
  context.monitor.warn("the checkpoint is of another training than this; training starts anew");
  return std::nullopt;
}

void tell_unusable(const Error& error, model::Monitor& monitor) {
  // Another machine, another program or a damaged file; whatever else may have happened has nothing to do with it.
  if (error.kind() != Kind::bad_data && error.kind() != Kind::unavailable) throw error;
  monitor.warn(
      fmt::format("the checkpoint cannot be gone on from: {}; training starts anew", error.sentence()));
}

void train(TrainingSteps& steps, const TrainingPlan& plan, TrainingPosition next,
           const model::FitContext& context) {
  const auto keep_if_due = [&](TrainingPosition after) {
    if (context.checkpoints == nullptr || !context.checkpoints->due()) return;
    archive::Archive checkpoint = start_checkpoint(plan.method, plan.options, after);
    steps.add_to(checkpoint);
    context.checkpoints->keep(std::move(checkpoint));
  };
  const std::size_t count = steps.steps_an_epoch();
  for (; next.epoch <= plan.epochs; next = {next.epoch + 1, 0}) {
    steps.start_epoch(next.epoch);
    for (std::size_t step = next.step; step < count; ++step) {
      context.monitor.check_stop();
      const std::vector<model::Measure> losses = steps.train_step(step);
      require_finite(losses, next.epoch, plan.remedy);
      if (step + 1 < count) {
        keep_if_due({next.epoch, step + 1});
        continue;
      }
      // Before the checkpoint, so that whoever keeps what was reported beside it has this epoch, too.
      context.monitor.report({"training", "epoch", static_cast<std::uint64_t>(next.epoch),
                              static_cast<std::uint64_t>(plan.epochs), losses});
      keep_if_due({next.epoch + 1, 0});
    }
  }
}

// Pairs before shares: fitting them moves shares, and calibrating moves each category's rows alike. Zeros before
// shares, since settling them moves shares, too.
StructuralZeros match_table(const RowNetwork& network, const TrainedOn& trained_on,
                            const model::FitContext& context) {
  fit_pairs(network, trained_on.table, trained_on.steps, trained_on.seed, context);
  StructuralZeros zeros = StructuralZeros::find(trained_on.table, trained_on.least_rows, context.pool);
  context.monitor.report({"calibrating the columns", "", 0, 0});
  context.monitor.check_stop();
  calibrate(network, zeros, trained_on.table, trained_on.seed, context.pool);
  return zeros;
}

}  // namespace ctgan::synth::neural
