// What every training run does around its steps.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "common/options/option_spec.h"
#include "common/threads/thread_pool.h"
#include "server/synth/encoders/table_encoder.h"
#include "server/synth/model/trainer.h"
#include "server/synth/networks/parameter_arena.h"
#include "server/synth/neural/network_archive.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::neural {

// What a training ends with.
struct TrainedNetwork {
  networks::ParameterArena parameters;  // of the network that makes rows
  StructuralZeros zeros;
};

// An arena with its starting numbers.
networks::ParameterArena started(std::vector<networks::Parameter> parameters, random::Stream& random);

// Throws Error(job_failed) with the remedy when one of the losses of epoch `epoch` is not finite.
void require_finite(const std::vector<model::Measure>& losses, int epoch, std::string_view remedy);
// The same for the numbers that a training ends with.
void require_finite(const networks::ParameterArena& arena, int epoch, std::string_view remedy);

// Calls train_epoch(epoch) for epochs 1 to `epochs` and reports the losses that it returns.
void train_epochs(int epochs, model::Monitor& monitor,
                  const std::function<std::vector<model::Measure>(int epoch)>& train_epoch);

// A whole fit: the table is encoded and released, a Run trains on it, and what the Run finishes with becomes
// a Fitted. Run: constructed from (options, seed, encoder, encoded table, context), with train_epoch(epoch)
// as above and finish(epochs), which gives a TrainedNetwork. Fitted: constructed from NetworkParts. REQUIRES:
// the options hold a seed.
template <typename Run, typename Fitted>
std::unique_ptr<model::FittedModel> fit_by(const options::Values& options, model::TrainingTable table,
                                           const table::Metadata& metadata,
                                           const model::FitContext& context) {
  const auto seed = static_cast<std::uint64_t>(options.integer("seed"));
  encoders::TableEncoder encoder =
      encoders::TableEncoder::fit(table.rows, metadata, seed, context.pool, table.set_aside);
  const encoders::EncodedTable encoded = encoder.encode(table.rows, seed, context.pool);
  table.rows = {};
  context.monitor.check_stop();
  Run run(options, seed, encoder, encoded, context);
  const int epochs = static_cast<int>(options.integer("epochs"));
  train_epochs(epochs, context.monitor, [&run](int epoch) { return run.train_epoch(epoch); });
  TrainedNetwork trained = run.finish(epochs);
  return std::make_unique<Fitted>(
      NetworkParts{options, std::move(encoder), std::move(trained.parameters), std::move(trained.zeros)});
}

}  // namespace ctgan::synth::neural
