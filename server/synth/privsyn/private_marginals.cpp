#include "server/synth/privsyn/private_marginals.h"

#include <cmath>
#include <utility>

#include "server/synth/graphical/estimation.h"
#include "server/synth/marginal_methods/allocation.h"
#include "server/synth/marginal_methods/workload.h"
#include "server/synth/privacy/mechanisms.h"
#include "server/synth/privsyn/consistency.h"
#include "server/synth/privsyn/dense_marginals.h"

namespace ctgan::synth::privsyn {
namespace {

using marginal_methods::ConfidentialRows;
using marginals::Measurement;

constexpr double k_one_way = 1.0 / 3, k_dependence = 0.1, k_marginals = 1 - k_one_way - k_dependence;

std::vector<ScoredPair> scored_pairs(ConfidentialRows& rows, std::span<const Measurement> one_way, double rho,
                                     const model::FitContext& context) {
  const std::vector<AttributeSet> pairs = marginal_methods::measurable_pairs(rows.domain());
  if (pairs.empty()) return {};
  const graphical::Estimate independent = graphical::estimate(
      rows.domain(), one_way, {.iterations = 1000}, context.pool, [&] { context.monitor.check_stop(); });
  const auto distances = rows.distances(pairs, marginal_methods::marginals_of(independent.model, context));
  const std::vector<double> dependence =
      rows.noisy_distances("dependence of pairs", distances, privacy::sigma_of_numbers(pairs.size(), 1, rho));
  std::vector<ScoredPair> scored;
  // In what a unit has of rows, as noise is.
  for (std::size_t i = 0; i < pairs.size(); ++i)
    scored.push_back({pairs[i], dependence[i] / rows.sensitivity()});
  return scored;
}

std::vector<Measurement> measured(ConfidentialRows& rows, const std::vector<AttributeSet>& sets, double rho,
                                  const model::FitContext& context) {
  std::vector<marginal_methods::Measurable> sizes;
  for (const AttributeSet& set : sets) sizes.push_back({0, static_cast<double>(rows.domain().cells(set))});
  const std::vector<double> shares = marginal_methods::allocate_to_all(sizes, rho);
  std::vector<Measurement> measurements;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    context.monitor.check_stop();
    std::vector<Measurement> one =
        rows.measure("marginals", std::span(&sets[i], 1), marginal_methods::sigma_for(shares[i], 1));
    measurements.push_back(std::move(one.front()));
  }
  return measurements;
}

}  // namespace

PrivateMarginals measure_marginals(ConfidentialRows& rows, std::uint64_t most_cells,
                                   const model::FitContext& context) {
  const std::size_t attributes = rows.domain().attributes();
  const double rho = rows.accountant().remaining();
  const bool has_pairs = !marginal_methods::measurable_pairs(rows.domain()).empty();
  auto [merged, measurements] = marginal_methods::measure_one_way(
      rows, marginal_methods::sigma_for(has_pairs ? k_one_way * rho : rho, attributes));
  context.monitor.report({"measuring", "step", 1, 3});
  if (has_pairs) {
    const auto scored = scored_pairs(rows, measurements, k_dependence * rho, context);
    context.monitor.report({"measuring", "step", 2, 3});
    const auto sets =
        combined(rows.domain(), chosen_pairs(rows.domain(), scored, k_marginals * rho), most_cells);
    for (Measurement& one : measured(rows, sets, rows.accountant().remaining(), context))
      measurements.push_back(std::move(one));
  }
  const double total = graphical::estimated_total(measurements);
  context.monitor.report({"measuring", "step", 3, 3});
  return {std::move(merged), consistent_marginals(rows.domain(), measurements, total), total};
}

}  // namespace ctgan::synth::privsyn
