#include "server/synth/trees/order_choice.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "server/synth/trees/visit_order.h"

namespace ctgan::synth::trees {
namespace {

struct NamedOrder {
  std::string name;
  VisitOrder order;
};

std::vector<NamedOrder> orders(std::string_view visit, const table::Metadata& metadata,
                               const Variables& variables, const TrainingStates& training) {
  if (std::find(k_order_words.begin(), k_order_words.end(), visit) == k_order_words.end())
    return {{std::string(visit), named_order(visit, metadata, variables)}};
  if (visit == "data") return {{"data", data_order(variables)}};
  NamedOrder association{"association", association_order(variables, training)};
  NamedOrder backwards{"reversed", reversed(association.order, variables)};
  if (visit == "association") return {std::move(association)};
  if (visit == "reversed") return {std::move(backwards)};
  return {std::move(association), {"data", data_order(variables)}, std::move(backwards)};
}

// Scores of what is tried for one choice.
class Scores {
 public:
  Scores(const char* what, const char* unit, std::size_t total, const model::FitContext& context)
      : stage_(std::string("trying ") + what), unit_(unit), total_(total), context_(context) {}

  void add(std::string name, const TrialScore& score) {
    scores_.push_back(score);
    trials_.push_back(
        {std::move(name), {{"detection_auc", score.detection}, {"membership_auc", score.membership}}});
    if (total_ > 1) context_.monitor.report({stage_, unit_, scores_.size(), total_});
  }
  const std::vector<TrialScore>& all() const { return scores_; }
  const std::vector<model::Trial>& trials() const { return trials_; }

 private:
  std::string stage_;
  const char* unit_;
  std::size_t total_;
  const model::FitContext& context_;
  std::vector<TrialScore> scores_;
  std::vector<model::Trial> trials_;
};

}  // namespace

Choice choose(std::string_view visit, std::optional<std::size_t> min_leaf, const table::Metadata& metadata,
              const Variables& variables, const TrainingStates& training, const Growth& growth,
              const model::FitContext& context) {
  std::vector<NamedOrder> tried = orders(visit, metadata, variables, training);
  if ((min_leaf && tried.size() == 1) || !is_enough_for_trial(training.rows))
    return {std::move(tried.front().order), min_leaf.value_or(k_middle_leaf_rows)};
  const Trial trial(variables, training, growth.seed);
  Growth tried_growth = growth;
  tried_growth.min_leaf = min_leaf.value_or(k_many_leaf_rows);
  Scores of_orders("orders of columns", "order", tried.size(), context);
  for (const NamedOrder& one : tried) of_orders.add(one.name, trial.of(one.order, tried_growth, context));
  const std::size_t best = best_of(of_orders.all());
  if (tried.size() > 1)
    context.monitor.report_choice("order of columns", tried[best].name, of_orders.trials());
  Choice choice{std::move(tried[best].order), tried_growth.min_leaf};
  if (min_leaf) return choice;
  Scores of_sizes("sizes of leaves", "size", 2, context);
  of_sizes.add(std::to_string(k_many_leaf_rows), of_orders.all()[best]);
  tried_growth.min_leaf = k_few_leaf_rows;
  of_sizes.add(std::to_string(k_few_leaf_rows), trial.of(choice.order, tried_growth, context));
  choice.min_leaf = best_leaf_rows(of_sizes.all()[1], of_sizes.all()[0]);
  context.monitor.report_choice("least number of rows in a leaf", std::to_string(choice.min_leaf),
                                of_sizes.trials());
  return choice;
}

}  // namespace ctgan::synth::trees
