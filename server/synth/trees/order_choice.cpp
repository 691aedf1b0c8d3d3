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
  static constexpr std::array k_names{"association", "data", "reversed"};  // as orders() has them
  std::vector<TrialScore> scores;
  std::vector<model::Trial> trials;
  for (const VisitOrder& order : tried) {
    scores.push_back(try_out(order, variables, training, growth, context));
    context.monitor.report({"trying orders of columns", "order", scores.size(), tried.size()});
    trials.push_back(
        {k_names[trials.size()],
         {{"detection_auc", scores.back().detection}, {"membership_auc", scores.back().membership}}});
  }
  const std::size_t best = best_of(scores);
  context.monitor.report_choice("order of columns", k_names[best], trials);
  return std::move(tried[best]);
}

}  // namespace ctgan::synth::trees
