#include "server/synth/trees/trees_trainer.h"

#include <optional>
#include <utility>

#include "server/synth/trees/fitted_trees.h"
#include "server/synth/trees/order_choice.h"

namespace ctgan::synth::trees {
TreesTrainer::TreesTrainer(options::Values options) : options_(std::move(options)) {}

std::unique_ptr<model::FittedModel> TreesTrainer::fit(model::TrainingTable table,
                                                      const table::Metadata& metadata,
                                                      const model::FitContext& context) {
  const auto seed = static_cast<std::uint64_t>(options_.integer("seed"));
  codecs::TableCodec codec =
      codecs::TableCodec::fit(table.rows, metadata, seed, context.pool, table.set_aside);
  TrainingStates training;
  Variables variables = Variables::fit(codec, codec.learnt(table.rows), seed, context.pool, training);
  table.rows = {};
  context.monitor.check_stop();
  const std::optional<std::size_t> min_leaf =
      options_.contains("min_leaf") ? std::optional(static_cast<std::size_t>(options_.integer("min_leaf")))
                                    : std::nullopt;
  Growth growth{.trees = static_cast<std::size_t>(options_.integer("trees")), .seed = seed};
  const Choice chosen =
      choose(options_.text("visit"), min_leaf, metadata, variables, training, growth, context);
  growth.min_leaf = chosen.min_leaf;
  const std::size_t total = (chosen.order.size() - 1) * growth.trees + 1;
  SequentialTrees trees = SequentialTrees::grow(
      variables, training, chosen.order, growth, context.pool, [&] { context.monitor.check_stop(); },
      [&](std::size_t done) {
        context.monitor.report({"growing trees", "tree", done, total});
      });
  return std::make_unique<FittedTrees>(
      TreesParts{options_, std::move(codec), std::move(variables), std::move(trees)});
}

}  // namespace ctgan::synth::trees
