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

void train_epochs(int epochs, model::Monitor& monitor,
                  const std::function<std::vector<model::Measure>(int epoch)>& train_epoch) {
  for (int epoch = 1; epoch <= epochs; ++epoch) {
    monitor.check_stop();
    const std::vector<model::Measure> losses = train_epoch(epoch);
    monitor.report(
        {"training", "epoch", static_cast<std::uint64_t>(epoch), static_cast<std::uint64_t>(epochs), losses});
  }
}

// Pairs before shares: fitting them moves shares, and calibrating moves each category's rows alike. Zeros before
// shares, since settling them moves shares, too.
StructuralZeros match_table(const RowNetwork& network, const TrainedOn& trained_on,
                            const model::FitContext& context) {
  fit_pairs(network, trained_on.table, trained_on.steps, trained_on.seed, context);
  StructuralZeros zeros = StructuralZeros::find(trained_on.table, trained_on.least_rows, context.pool);
  calibrate(network, zeros, trained_on.table, trained_on.seed, context.pool);
  return zeros;
}

}  // namespace ctgan::synth::neural
