#include "server/synth/trees/order_choice.h"

#include <algorithm>
#include <array>
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
  constexpr std::array<std::string_view, 4> k_words{"auto", "data", "association", "reversed"};
  if (std::find(k_words.begin(), k_words.end(), visit) == k_words.end())
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
    context_.monitor.report({stage_, unit_, scores_.size(), total_});
  }
  const TrialScore& operator[](std::size_t place) const { return scores_[place]; }
  // The place of the best, by a rule of trial.h.
  std::size_t choose(const char* what, std::size_t (*rule)(const std::vector<TrialScore>&)) const {
    const std::size_t best = rule(scores_);
    context_.monitor.report_choice(what, trials_[best].name, trials_);
    return best;
  }

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
  static constexpr std::array<std::size_t, 3> k_sizes{10, k_usual_min_leaf, 50};
  std::vector<NamedOrder> tried = orders(visit, metadata, variables, training);
  Choice choice{std::move(tried.front().order), min_leaf.value_or(k_usual_min_leaf)};
  if ((min_leaf && tried.size() == 1) || !is_enough_for_trial(training.rows)) return choice;
  const Trial trial(variables, training, growth.seed);
  Growth tried_growth = growth;
  tried_growth.min_leaf = choice.min_leaf;
  std::optional<TrialScore> score;  // of the order, with the usual leaves
  if (tried.size() > 1) {
    tried.front().order = std::move(choice.order);
    Scores scores("orders of columns", "order", tried.size(), context);
    for (const NamedOrder& one : tried) scores.add(one.name, trial.of(one.order, tried_growth, context));
    const std::size_t best = scores.choose("order of columns", best_of);
    choice.order = std::move(tried[best].order);
    score = scores[best];
  }
  if (min_leaf) return choice;
  Scores scores("sizes of leaves", "size", k_sizes.size(), context);
  for (const std::size_t size : k_sizes) {
    tried_growth.min_leaf = size;
    const bool is_known = size == k_usual_min_leaf && score;
    scores.add(std::to_string(size), is_known ? *score : trial.of(choice.order, tried_growth, context));
  }
  choice.min_leaf = k_sizes[scores.choose("least number of rows in a leaf", best_leaves)];
  return choice;
}

}  // namespace ctgan::synth::trees
