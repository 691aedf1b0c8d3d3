#include "server/synth/trees/order_choice.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "server/synth/trees/visit_order.h"

namespace ctgan::synth::trees {
namespace {

constexpr std::size_t k_middle_leaf_rows = 20;

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

// Large leaves, which betray least, unless smaller ones are much harder to detect: then the smallest that hide the
// rows they were grown on.
std::size_t choose_leaf(const Trial& trial, const VisitOrder& order, Growth growth,
                        const model::FitContext& context, TrialScore& of_chosen) {
  constexpr std::size_t k_few = 10, k_many = 50;
  Scores scores("sizes of leaves", "size", 3, context);
  const auto test = [&](std::size_t rows) {
    growth.min_leaf = rows;
    scores.add(std::to_string(rows), trial.of(order, growth, context));
    return scores.all().back();
  };
  const TrialScore many = test(k_many), few = test(k_few);
  std::size_t chosen = k_many;
  of_chosen = many;
  const auto choose_if_hidden = [&](std::size_t rows, const TrialScore& score) {
    if (!is_much_harder_to_detect(score, many) || !hides_rows(score)) return false;
    chosen = rows;
    of_chosen = score;
    return true;
  };
  if (!choose_if_hidden(k_few, few) && is_much_harder_to_detect(few, many))
    choose_if_hidden(k_middle_leaf_rows, test(k_middle_leaf_rows));
  context.monitor.report_choice("least number of rows in a leaf", std::to_string(chosen), scores.trials());
  return chosen;
}

// `of_first`: of the first order, where it is known.
std::size_t choose_order(const Trial& trial, const std::vector<NamedOrder>& orders, const Growth& growth,
                         const model::FitContext& context, const std::optional<TrialScore>& of_first) {
  Scores scores("orders of columns", "order", orders.size(), context);
  for (const NamedOrder& one : orders)
    scores.add(one.name, scores.all().empty() && of_first ? *of_first : trial.of(one.order, growth, context));
  const std::size_t best = best_of(scores.all());
  context.monitor.report_choice("order of columns", orders[best].name, scores.trials());
  return best;
}

}  // namespace

Choice choose(std::string_view visit, std::optional<std::size_t> min_leaf, const table::Metadata& metadata,
              const Variables& variables, const TrainingStates& training, const Growth& growth,
              const model::FitContext& context) {
  std::vector<NamedOrder> tried = orders(visit, metadata, variables, training);
  if ((min_leaf && tried.size() == 1) || !is_enough_for_trial(training.rows))
    return {std::move(tried.front().order), min_leaf.value_or(k_middle_leaf_rows)};
  const Trial trial(variables, training, growth.seed);
  Growth chosen = growth;
  std::optional<TrialScore> of_first;
  // Leaves first: how much orders differ in fidelity and in what they betray depends on these.
  if (min_leaf)
    chosen.min_leaf = *min_leaf;
  else
    chosen.min_leaf = choose_leaf(trial, tried.front().order, growth, context, of_first.emplace());
  const std::size_t order = tried.size() == 1 ? 0 : choose_order(trial, tried, chosen, context, of_first);
  return {std::move(tried[order].order), chosen.min_leaf};
}

}  // namespace ctgan::synth::trees
