#include "server/synth/trees/detection.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "server/synth/trees/category_order.h"
#include "server/synth/trees/tree_growing.h"

namespace ctgan::synth::trees {
namespace {

using States = std::vector<std::vector<State>>;

// Every other row of two tables, one behind the other, and which of them it is of.
struct Mixed {
  States states;
  std::vector<State> is_drawn;
};

Mixed every_other(const States& unseen, const States& drawn, std::size_t from) {
  Mixed mixed;
  for (std::size_t v = 0; v < unseen.size(); ++v) {
    mixed.states.emplace_back();
    for (const States* table : {&unseen, &drawn})
      for (std::size_t row = from; row < (*table)[v].size(); row += 2)
        mixed.states.back().push_back((*table)[v][row]);
  }
  for (const States* table : {&unseen, &drawn})
    mixed.is_drawn.insert(mixed.is_drawn.end(), (table->front().size() - from + 1) / 2, table == &drawn);
  return mixed;
}

// Boosted trees that tell drawn rows from others (Friedman 2001, "Greedy function approximation: a gradient boosting
// machine", algorithm 5, with leaves of one Newton step).
class Detector {
 public:
  Detector(const Variables& variables, const Mixed& mixed) {
    predictors_of(variables, mixed);
    const std::size_t rows = mixed.is_drawn.size();
    std::vector<double> scores(rows);
    std::vector<std::uint16_t> residuals(rows);
    TreeTask task;
    for (const std::vector<State>& states : mixed.states) task.predictor_states.emplace_back(states);
    task.target = mixed.is_drawn;
    task.ranks = residuals;
    task.predictors = predictors_;
    task.min_leaf = std::max(rows / k_most_leaves, k_least_leaf_rows);
    for (std::size_t round = 0; round < k_rounds; ++round) {
      for (std::size_t row = 0; row < rows; ++row)
        residuals[row] = quantized(mixed.is_drawn[row] - probability(scores[row]));
      steps_.push_back({grow(task, [] {}), {}});
      take_step(steps_.back(), mixed, scores);
    }
  }

  std::vector<double> scores(const Mixed& mixed) const {
    std::vector<double> scores(mixed.is_drawn.size());
    const std::vector<const State*> known = columns_of(mixed);
    for (const Step& step : steps_) {
      for (std::size_t row = 0; row < scores.size(); ++row)
        scores[row] += step.values[step.tree.leaf_of(known, row)];
    }
    return scores;
  }

 private:
  // Enough to tell apart what is tried: of 8,000 rows twice as many rounds, or leaves, see more, but no differences
  // between trials that are clearer beside what chance makes of them.
  static constexpr std::size_t k_rounds = 10, k_most_leaves = 80, k_least_leaf_rows = 20;

  struct Step {
    Tree tree;
    std::vector<double> values;  // of each leaf
  };

  static double probability(double score) { return 1 / (1 + std::exp(-score)); }
  static std::uint16_t quantized(double residual) {
    return static_cast<std::uint16_t>(
        std::lround((residual + 1) / 2 * std::numeric_limits<std::uint16_t>::max()));
  }
  static std::vector<const State*> columns_of(const Mixed& mixed) {
    std::vector<const State*> known;
    for (const std::vector<State>& states : mixed.states) known.push_back(states.data());
    return known;
  }

  void predictors_of(const Variables& variables, const Mixed& mixed) {
    for (std::size_t v = 0; v < variables.size(); ++v) {
      const std::vector<State>& states = mixed.states[v];
      predictors_.push_back({v, variables[v].numbers
                                    ? ordered_bins(variables[v], states)
                                    : category_bins(states, variables[v].states, mixed.is_drawn, 2, {})});
    }
  }

  static void take_step(Step& step, const Mixed& mixed, std::vector<double>& scores) {
    constexpr double k_rate = 0.3, k_regularization = 1;
    const std::size_t leaves = step.tree.leaf_starts.size() - 1;
    const std::vector<const State*> known = columns_of(mixed);
    std::vector<std::uint32_t> leaf_of(scores.size());
    std::vector<double> slopes(leaves), curvatures(leaves, k_regularization);
    for (std::size_t row = 0; row < scores.size(); ++row) {
      const double p = probability(scores[row]);
      leaf_of[row] = step.tree.leaf_of(known, row);
      slopes[leaf_of[row]] += mixed.is_drawn[row] - p;
      curvatures[leaf_of[row]] += p * (1 - p);
    }
    for (std::size_t leaf = 0; leaf < leaves; ++leaf)
      step.values.push_back(k_rate * slopes[leaf] / curvatures[leaf]);
    for (std::size_t row = 0; row < scores.size(); ++row) scores[row] += step.values[leaf_of[row]];
  }

  std::vector<Predictor> predictors_;
  std::vector<Step> steps_;
};

}  // namespace

double area_under_curve(std::vector<std::pair<double, bool>> scored) {
  std::sort(scored.begin(), scored.end());
  double below = 0, wins = 0, second = 0;
  for (std::size_t from = 0, to = 0; from < scored.size(); from = to) {
    double firsts = 0, seconds = 0;
    for (; to < scored.size() && scored[to].first == scored[from].first; ++to)
      ++(scored[to].second ? seconds : firsts);
    wins += seconds * (below + firsts / 2);
    below += firsts;
    second += seconds;
  }
  return below > 0 && second > 0 ? wins / (below * second) : 0.5;
}

double detection_area(const Variables& variables, const States& unseen, const States& drawn,
                      threads::ThreadPool& pool) {
  const std::array<Mixed, 2> halves{every_other(unseen, drawn, 0), every_other(unseen, drawn, 1)};
  std::array<double, 2> areas{};
  pool.run(halves.size(), [&](std::size_t half) {
    const Mixed& other = halves[1 - half];
    const std::vector<double> scores = Detector(variables, halves[half]).scores(other);
    std::vector<std::pair<double, bool>> scored;
    for (std::size_t row = 0; row < scores.size(); ++row)
      scored.emplace_back(scores[row], other.is_drawn[row] != 0);
    areas[half] = area_under_curve(std::move(scored));
  });
  return (areas[0] + areas[1]) / 2;
}

}  // namespace ctgan::synth::trees
