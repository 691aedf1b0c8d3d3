#include "server/synth/marginal_methods/measured_model.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace ctgan::synth::marginal_methods {
namespace {

using marginals::AttributeSet;
using marginals::Measurement;

std::vector<AttributeSet> one_way_sets(const marginals::Domain& domain) {
  std::vector<AttributeSet> sets;
  for (marginals::Attribute a = 0; a < domain.attributes(); ++a) sets.push_back(AttributeSet{a});
  return sets;
}

// The measurement becomes that of the codes that are left.
MergedCodes merge(Measurement& measured) {
  constexpr double k_deviations = 3;
  MergedCodes merged(measured.cells, k_deviations * measured.sigma);
  std::vector<double> cells(merged.size());
  measured.noises.assign(merged.size(), 0);
  for (std::size_t code = 0; code < measured.cells.size(); ++code) {
    cells[merged.merged()[code]] += measured.cells[code];
    measured.noises[merged.merged()[code]] += 1;
  }
  measured.cells = std::move(cells);
  return merged;
}

}  // namespace

ConfidentialRows::Expected marginals_by(Marginal marginal, const model::FitContext& context) {
  return [marginal = std::move(marginal), &context](std::span<const AttributeSet> sets) {
    context.monitor.check_stop();
    std::vector<marginals::Factor> marginals(sets.size(), marginals::Factor(AttributeSet(), {0}));
    context.pool.run(sets.size(), [&](std::size_t i) { marginals[i] = marginal(sets[i]); });
    return marginals;
  };
}

ConfidentialRows::Expected marginals_of(const graphical::GraphicalModel& model,
                                        const model::FitContext& context) {
  return marginals_by([&model](const AttributeSet& set) { return model.marginal(set); }, context);
}

graphical::Estimate estimated_model(const marginals::Domain& domain,
                                    std::span<const Measurement> measurements,
                                    const model::FitContext& context,
                                    const graphical::GraphicalModel* start) {
  // Where rows have the least errors: docs/decisions.md.
  constexpr double k_least_part_of_noise = 0.05;
  constexpr std::size_t k_iterations = 1000;
  // Most estimates take less than a line that tells of them.
  constexpr std::chrono::seconds k_quiet{1};
  const auto began = std::chrono::steady_clock::now();
  std::uint64_t done = 0;
  const auto go_on = [&] {
    context.monitor.check_stop();
    done = std::min<std::uint64_t>(done + 1, k_iterations);
    if (std::chrono::steady_clock::now() - began < k_quiet) return;
    context.monitor.report({"estimating the model", "iteration", done, k_iterations});
  };
  return graphical::estimate(
      domain, measurements,
      {.iterations = k_iterations, .least_part_of_noise = k_least_part_of_noise, .start = start},
      context.pool, go_on);
}

std::vector<MergedCodes> unmerged(const marginals::Domain& domain) {
  std::vector<MergedCodes> codes;
  for (marginals::Attribute a = 0; a < domain.attributes(); ++a)
    codes.emplace_back(std::vector<double>(domain.size(a), 1), 0);
  return codes;
}

double sigma_for(double rho, std::size_t marginals) {
  return std::sqrt(static_cast<double>(marginals) / (2 * rho));
}

OneWayMarginals measure_one_way(ConfidentialRows& rows, double sigma) {
  OneWayMarginals one_way{{}, rows.measure("one-way marginals", one_way_sets(rows.domain()), sigma)};
  for (Measurement& one : one_way.measurements) one_way.merged.push_back(merge(one));
  rows.merge(one_way.merged);
  return one_way;
}

}  // namespace ctgan::synth::marginal_methods
