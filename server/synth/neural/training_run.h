// What every training run does around its steps.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "common/options/option_spec.h"
#include "common/threads/thread_pool.h"
#include "server/synth/encoders/table_encoder.h"
#include "server/synth/model/trainer.h"
#include "server/synth/networks/parameter_arena.h"
#include "server/synth/neural/network_archive.h"
#include "server/synth/neural/row_network.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::neural {

// An arena with its starting numbers.
networks::ParameterArena started(std::vector<networks::Parameter> parameters, random::Stream& random);

// Throws Error(job_failed) with the remedy when one of the losses of epoch `epoch` is not finite.
void require_finite(const std::vector<model::Measure>& losses, int epoch, std::string_view remedy);
// The same for the numbers that a training ends with.
void require_finite(const networks::ParameterArena& arena, int epoch, std::string_view remedy);

// Calls train_epoch(epoch) for epochs 1 to `epochs` and reports the losses that it returns.
void train_epochs(int epochs, model::Monitor& monitor,
                  const std::function<std::vector<model::Measure>(int epoch)>& train_epoch);

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

// A whole fit: the table is encoded and released, a Run trains on it, and the network that it ends with is matched
// to the table and becomes a Fitted. Run: constructed from (options, seed, encoder, encoded table, context), with
//   k_remedy                 for losses that stop being finite
//   train_epoch(epoch)       as above
//   steps_an_epoch()
//   finish()                 ends the arithmetic: the parameters of the network that makes rows
//   to_match(parameters)     these as a RowNetwork; nothing where sampling asks for other rows than the table's
// Fitted: constructed from NetworkParts. REQUIRES: the options hold a seed.
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
  networks::ParameterArena parameters = run.finish();
  require_finite(parameters, epochs, Run::k_remedy);
  StructuralZeros zeros;
  if (const std::optional<RowNetwork> network = run.to_match(parameters))
    zeros = match_table(*network,
                        {.table = encoded,
                         .least_rows = encoder.metadata().rules.min_category_count,
                         .steps = static_cast<std::size_t>(epochs) * run.steps_an_epoch(),
                         .seed = seed},
                        context);
  return std::make_unique<Fitted>(
      NetworkParts{options, std::move(encoder), std::move(parameters), std::move(zeros)});
}

}  // namespace ctgan::synth::neural
