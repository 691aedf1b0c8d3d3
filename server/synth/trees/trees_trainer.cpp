#include "server/synth/trees/trees_trainer.h"

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
  const bool settled = options_.contains("min_leaf");
  Growth growth{
      .min_leaf = settled ? static_cast<std::size_t>(options_.integer("min_leaf")) : k_tried_min_leaf,
      .trees = static_cast<std::size_t>(options_.integer("trees")),
      .seed = seed};
  const ChosenOrder chosen =
      choose_order(options_.text("visit"), metadata, variables, training, growth, context);
  if (!settled) growth.min_leaf = choose_min_leaf(chosen, variables, training, growth, context);
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
