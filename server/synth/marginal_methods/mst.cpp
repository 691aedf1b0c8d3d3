#include "server/synth/marginal_methods/mst.h"

#include <cmath>
#include <numeric>
#include <utility>

#include "server/synth/graphical/estimation.h"
#include "server/synth/marginal_methods/workload.h"
#include "server/synth/privacy/mechanisms.h"

namespace ctgan::synth::marginal_methods {
namespace {

using graphical::Estimate;
using marginals::Attribute;
using marginals::AttributeSet;
using marginals::Measurement;

// Parts of a forest that grows together.
class Components {
 public:
  explicit Components(std::size_t count) : of_(count) { std::iota(of_.begin(), of_.end(), std::size_t{0}); }

  bool are_apart(Attribute a, Attribute b) const { return of_[a] != of_[b]; }
  void join(Attribute a, Attribute b) {
    const std::size_t gone = of_[b], stays = of_[a];
    for (std::size_t& one : of_)
      if (one == gone) one = stays;
  }

 private:
  std::vector<std::size_t> of_;
};

// Kruskal's algorithm with a private choice at each step. A forest, where pairs that would join it cannot be measured.
std::vector<AttributeSet> choose_tree(ConfidentialRows& rows, const graphical::GraphicalModel& independent,
                                      double epsilon, const model::FitContext& context) {
  const std::size_t attributes = rows.domain().attributes();
  const std::vector<AttributeSet> pairs = measurable_pairs(rows.domain());
  const Distances distances = rows.distances(pairs, marginals_of(independent, context));
  Components components(attributes);
  std::vector<AttributeSet> tree;
  while (tree.size() + 1 < attributes) {
    context.monitor.check_stop();
    ConfidentialRows::Candidates candidates;
    for (std::size_t i = 0; i < pairs.size(); ++i)
      if (components.are_apart(pairs[i][0], pairs[i][1])) candidates.places.push_back(i);
    if (candidates.places.empty()) break;
    candidates.weights.assign(candidates.places.size(), 1);
    candidates.offsets.assign(candidates.places.size(), 0);
    const std::size_t chosen =
        candidates.places[rows.choose("choice of pairs", distances, candidates, epsilon)];
    components.join(pairs[chosen][0], pairs[chosen][1]);
    tree.push_back(pairs[chosen]);
    context.monitor.report({"choosing pairs", "pair", tree.size(), attributes - 1});
  }
  return tree;
}

}  // namespace

MstBudget mst_budget(std::size_t attributes, double rho) {
  if (attributes == 1) return {.one_way_sigma = sigma_for(rho, 1)};
  const std::size_t pairs = attributes - 1;
  return {.one_way_sigma = sigma_for(rho / 3, attributes),
          .choice_epsilon = std::sqrt(8 * rho / 3 / static_cast<double>(pairs)),
          .two_way_sigma = sigma_for(rho / 3, pairs)};
}

MeasuredModel fit_mst(ConfidentialRows& rows, const model::FitContext& context) {
  const std::size_t attributes = rows.domain().attributes(), all = 2 * attributes - 1;
  const MstBudget budget = mst_budget(attributes, rows.accountant().remaining());
  auto [merged, measurements] = measure_one_way(rows, budget.one_way_sigma);
  context.monitor.report({"measuring", "marginal", attributes, all});
  context.monitor.check_stop();
  Estimate estimate = estimated_model(rows.domain(), measurements, context);
  if (attributes > 1) {
    const std::vector<AttributeSet> tree = choose_tree(rows, estimate.model, budget.choice_epsilon, context);
    const std::vector<Measurement> two_way = rows.measure("two-way marginals", tree, budget.two_way_sigma);
    context.monitor.report({"measuring", "marginal", all, all});
    measurements.insert(measurements.end(), two_way.begin(), two_way.end());
    estimate = estimated_model(rows.domain(), measurements, context);
  }
  return {std::move(merged), std::move(estimate.model)};
}

}  // namespace ctgan::synth::marginal_methods
