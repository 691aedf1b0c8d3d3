#include "server/synth/trees/order_choice.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "server/synth/trees/visit_order.h"

namespace ctgan::synth::trees {
namespace {

std::vector<VisitOrder> orders(std::string_view visit, const table::Metadata& metadata,
                               const Variables& variables, const TrainingStates& training) {
  constexpr std::array<std::string_view, 4> k_words{"auto", "data", "association", "reversed"};
  if (std::find(k_words.begin(), k_words.end(), visit) == k_words.end())
    return {named_order(visit, metadata, variables)};
  if (visit == "data") return {data_order(variables)};
  const VisitOrder association = association_order(variables, training);
  if (visit == "association") return {association};
  if (visit == "reversed") return {reversed(association, variables)};
  return {association, data_order(variables), reversed(association, variables)};
}

constexpr std::size_t k_milder_min_leaf = 50;

}  // namespace

std::size_t choose_min_leaf(const ChosenOrder& chosen, const Variables& variables,
                            const TrainingStates& training, const Growth& growth,
                            const model::FitContext& context) {
  constexpr double k_hardly = 0.02;  // two standard errors of such a difference, of 4,000 rows each
  if (!is_enough_for_trial(training.rows)) return k_tried_min_leaf;
  std::vector<TrialScore> scores;
  std::vector<model::Trial> trials;
  for (const std::size_t min_leaf : {k_tried_min_leaf, k_milder_min_leaf}) {
    Growth tried = growth;
    tried.min_leaf = min_leaf;
    const bool known = min_leaf == k_tried_min_leaf && chosen.score;
    scores.push_back(known ? *chosen.score : try_out(chosen.order, variables, training, tried, context));
    context.monitor.report({"trying sizes of leaves", "size", scores.size(), 2});
    trials.push_back(
        {std::to_string(min_leaf),
         {{"detection_auc", scores.back().detection}, {"membership_auc", scores.back().membership}}});
  }
  const bool milder = scores[1].detection <= scores[0].detection + k_hardly;
  context.monitor.report_choice("least number of rows in a leaf", trials[milder ? 1 : 0].name, trials);
  return milder ? k_milder_min_leaf : k_tried_min_leaf;
}

ChosenOrder choose_order(std::string_view visit, const table::Metadata& metadata, const Variables& variables,
                         const TrainingStates& training, const Growth& growth,
                         const model::FitContext& context) {
  std::vector<VisitOrder> tried = orders(visit, metadata, variables, training);
  if (tried.size() == 1 || !is_enough_for_trial(training.rows)) return {std::move(tried.front())};
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
  return {std::move(tried[best]), scores[best]};
}

}  // namespace ctgan::synth::trees
