#include "server/synth/marginal_methods/swift.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "server/synth/graphical/estimation.h"
#include "server/synth/marginal_methods/allocation.h"
#include "server/synth/marginal_methods/workload.h"
#include "server/synth/privacy/mechanisms.h"

namespace ctgan::synth::marginal_methods {
namespace {

using marginals::AttributeSet;
using marginals::Domain;
using marginals::Measurement;

// A candidate of two attributes or more, with its noisy error.
struct Scored {
  AttributeSet attributes;
  Measurable measurable;
};

// Of which trees the best is taken: the part of the size that they may have, and what a cell of a pair is thought to cost,
// in deviations of a pair's noise where a tree of pairs shares the budget.
constexpr std::array k_parts_of_size = {1.0 / 64, 1.0 / 32, 1.0 / 16, 1.0 / 8, 1.0 / 4, 1.0 / 2, 1.0};
constexpr std::array k_penalties = {0.0, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0};
// A tree of half the size is as good with so much of the gain: noise decides then, and time is saved.
constexpr double k_almost = 0.98;

// Pairs of the candidates, those with the greatest errors after the penalty first, as many as fit into a junction tree
// of the size.
std::vector<AttributeSet> grow_tree(const Domain& domain, std::span<const Scored> candidates, double penalty,
                                    double most_megabytes) {
  std::vector<std::pair<double, const AttributeSet*>> pairs;
  for (const Scored& one : candidates) {
    const double left = one.measurable.error - penalty * one.measurable.cells;
    if (one.attributes.size() == 2 && left > 0) pairs.emplace_back(left, &one.attributes);
  }
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<AttributeSet> tree;
  for (const auto& [left, pair] : pairs) {
    tree.push_back(*pair);
    if (graphical::megabytes(graphical::junction_tree_cells(domain, tree)) > most_megabytes) tree.pop_back();
  }
  return tree;
}

struct Selection {
  std::vector<AttributeSet> sets;
  std::vector<double> rhos;  // of each
  double gain = 0;
};

// What to measure of the candidates that some clique of the tree has.
Selection selection_of(const Domain& domain, std::span<const AttributeSet> tree,
                       std::span<const Scored> candidates, double rho) {
  const graphical::JunctionTree junction = graphical::junction_tree(domain, tree);
  std::vector<const AttributeSet*> sets;
  std::vector<Measurable> measurable;
  for (const Scored& one : candidates) {
    if (!junction.clique_with(domain, one.attributes)) continue;
    sets.push_back(&one.attributes);
    measurable.push_back(one.measurable);
  }
  const Allocation allocation = allocate(measurable, rho);
  Selection selection;
  selection.gain = allocation.gain;
  for (const Allocation::Share& share : allocation.shares) {
    selection.sets.push_back(*sets[share.place]);
    selection.rhos.push_back(share.rho);
  }
  return selection;
}

class Swift {
 public:
  Swift(ConfidentialRows& rows, const SwiftOptions& options, const model::FitContext& context)
      : rows_(rows),
        options_(options),
        context_(context),
        attributes_(rows.domain().attributes()),
        budget_(swift_budget(attributes_, rows.accountant().remaining())) {}

  MeasuredModel run() {
    OneWayMarginals one_way = measure_one_way(rows_, budget_.one_way_sigma);
    measurements_ = std::move(one_way.measurements);
    context_.monitor.report({"measuring", "step", 1, 3});
    graphical::Estimate estimate = estimated_model(rows_.domain(), measurements_, context_);
    const std::vector<Scored> candidates = scored(estimate.model);
    context_.monitor.report({"measuring", "step", 2, 3});
    if (!candidates.empty()) {
      measure(select(candidates));
      estimate = estimated_model(rows_.domain(), measurements_, context_, &estimate.model);
    }
    context_.monitor.report({"measuring", "step", 3, 3});
    return {std::move(one_way.merged), std::move(estimate.model)};
  }

 private:
  // Which they are depends on what was declared and on the noisy one-way marginals, which decided what codes there are.
  std::vector<Scored> scored(const graphical::GraphicalModel& independent) {
    std::vector<AttributeSet> sets;
    std::vector<double> weights;
    for (Candidate& candidate : workload_candidates(rows_.domain(), options_.degree, options_.most_cells)) {
      if (candidate.attributes.size() == 1) continue;
      sets.push_back(std::move(candidate.attributes));
      weights.push_back(candidate.weight);
    }
    if (sets.empty()) return {};
    const Distances distances = rows_.distances(sets, marginals_of(independent, context_));
    const std::vector<double> errors = rows_.noisy_distances(
        "errors of all candidates", distances, privacy::sigma_of_numbers(sets.size(), 1, budget_.errors_rho));
    std::vector<Scored> candidates;
    for (std::size_t i = 0; i < sets.size(); ++i) {
      const auto cells = static_cast<double>(rows_.domain().cells(sets[i]));
      // In what a unit has of rows, as noise is.
      candidates.push_back({std::move(sets[i]), {errors[i] / rows_.sensitivity(), cells, weights[i]}});
    }
    return candidates;
  }

  Selection select(const std::vector<Scored>& candidates) const {
    std::vector<Selection> selections(k_parts_of_size.size() * k_penalties.size());
    const double cell_noise = std::sqrt(2 / std::numbers::pi) * sigma_for(budget_.measuring_rho, attributes_);
    context_.pool.run(selections.size(), [&](std::size_t i) {
      const double size = k_parts_of_size[i / k_penalties.size()] * options_.most_megabytes;
      const double penalty = k_penalties[i % k_penalties.size()] * cell_noise;
      const auto tree = grow_tree(rows_.domain(), candidates, penalty, size);
      selections[i] = selection_of(rows_.domain(), tree, candidates, budget_.measuring_rho);
    });
    return best_of(std::move(selections));
  }

  Selection best_of(std::vector<Selection> selections) const {
    const auto by_gain = [](const Selection& a, const Selection& b) { return a.gain < b.gain; };
    const double most = std::max_element(selections.begin(), selections.end(), by_gain)->gain;
    if (most <= 0) return one_way_again();
    for (std::size_t first = 0;; first += k_penalties.size()) {
      const auto begin = selections.begin() + static_cast<std::ptrdiff_t>(first);
      const auto best =
          std::max_element(begin, begin + static_cast<std::ptrdiff_t>(k_penalties.size()), by_gain);
      if (best->gain >= k_almost * most) return std::move(*best);
    }
  }

  // Where nothing is seen but noise.
  Selection one_way_again() const {
    Selection selection;
    for (marginals::Attribute a = 0; a < attributes_; ++a) selection.sets.push_back(AttributeSet{a});
    selection.rhos.assign(attributes_, budget_.measuring_rho / static_cast<double>(attributes_));
    return selection;
  }

  void measure(const Selection& selection) {
    for (std::size_t i = 0; i < selection.sets.size(); ++i) {
      context_.monitor.check_stop();
      const std::vector<Measurement> measured =
          rows_.measure("marginals", std::span(&selection.sets[i], 1), sigma_for(selection.rhos[i], 1));
      measurements_.insert(measurements_.end(), measured.begin(), measured.end());
    }
  }

  ConfidentialRows& rows_;
  const SwiftOptions& options_;
  const model::FitContext& context_;
  std::size_t attributes_;
  SwiftBudget budget_;
  std::vector<Measurement> measurements_;
};

}  // namespace

SwiftBudget swift_budget(std::size_t attributes, double rho) {
  if (attributes == 1) return {.one_way_sigma = sigma_for(rho, 1)};
  constexpr double k_one_way_share = 1.0 / 3, k_errors = 0.1;
  return {.one_way_sigma = sigma_for(k_one_way_share * rho, attributes),
          .errors_rho = k_errors * rho,
          .measuring_rho = (1 - k_one_way_share - k_errors) * rho};
}

MeasuredModel fit_swift(ConfidentialRows& rows, const SwiftOptions& options,
                        const model::FitContext& context) {
  return Swift(rows, options, context).run();
}

}  // namespace ctgan::synth::marginal_methods
