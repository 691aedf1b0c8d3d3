#include "server/synth/trees/order_choice.h"

#include <array>
#include <utility>
#include <vector>

#include "server/synth/trees/visit_order.h"

namespace ctgan::synth::trees {
namespace {

std::vector<VisitOrder> orders(std::string_view visit, const Variables& variables,
                               const TrainingStates& training) {
  if (visit == "data") return {data_order(variables)};
  const VisitOrder association = association_order(variables, training);
  if (visit == "association") return {association};
  if (visit == "reversed") return {reversed(association, variables)};
  return {association, data_order(variables), reversed(association, variables)};
}

}  // namespace

VisitOrder choose_order(std::string_view visit, const Variables& variables, const TrainingStates& training,
                        const Growth& growth, const model::FitContext& context) {
  std::vector<VisitOrder> tried = orders(visit, variables, training);
  if (tried.size() == 1 || !is_enough_for_trial(training.rows)) return std::move(tried.front());
  std::vector<TrialScore> scores;
  for (const VisitOrder& order : tried) {
    scores.push_back(try_out(order, variables, training, growth, context));
    const std::array<model::Measure, 2> measures{
        {{"detection_auc", scores.back().detection}, {"membership_auc", scores.back().membership}}};
    context.monitor.report({"trying orders of columns", "order", scores.size(), tried.size(), measures});
  }
  return std::move(tried[best_of(scores)]);
}

}  // namespace ctgan::synth::trees
