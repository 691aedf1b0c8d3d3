#include "server/synth/marginal_methods/paid_marginals.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>

#include "server/synth/marginal_methods/measured_model.h"
#include "server/synth/marginal_methods/private_archive.h"

namespace ctgan::synth::marginal_methods {
namespace {

using marginals::Attribute;
using marginals::AttributeSet;

constexpr const char* k_stage = "report";
constexpr const char* k_tables = "report";
constexpr const char* k_noise = "report_noise";

// Each attribute, and of the pairs those with the fewest cells first.
std::vector<AttributeSet> sets_of(const marginals::Domain& domain) {
  constexpr std::uint64_t k_most_pair_cells = std::uint64_t{1} << 18U;
  std::vector<AttributeSet> sets, pairs;
  for (Attribute a = 0; a < domain.attributes(); ++a) {
    sets.push_back(AttributeSet{a});
    for (Attribute b = a + 1; b < domain.attributes(); ++b) pairs.push_back(AttributeSet{a, b});
  }
  std::stable_sort(pairs.begin(), pairs.end(), [&](const AttributeSet& a, const AttributeSet& b) {
    return domain.cells(a) < domain.cells(b);
  });
  std::uint64_t cells = 0;
  for (AttributeSet& pair : pairs) {
    cells = marginals::sum_of_cells(cells, domain.cells(pair));
    if (cells > k_most_pair_cells) break;
    sets.push_back(std::move(pair));
  }
  return sets;
}

}  // namespace

PaidMarginals measure_for_report(ConfidentialRows& rows, double share) {
  if (share == 0) return {};
  // Rounding is not to make it dearer.
  constexpr double k_but_rounding = 1 - 1e-9;
  const double budget = k_but_rounding * share * rows.accountant().total();
  const std::vector<AttributeSet> sets = sets_of(rows.domain());
  PaidMarginals measured;
  if (rows.accountant().composition() == privacy::Composition::pure) {
    const double scale = static_cast<double>(sets.size()) / budget;
    for (const AttributeSet& set : sets)
      measured.counts.emplace_back(set, rows.measure_laplace(k_stage, set, scale));
    measured.noise = rows.sensitivity() * scale;
    return measured;
  }
  for (marginals::Measurement& one : rows.measure(k_stage, sets, sigma_for(budget, sets.size()))) {
    measured.noise = one.sigma * std::sqrt(2 / std::numbers::pi);
    measured.counts.emplace_back(std::move(one.attributes), std::move(one.cells));
  }
  return measured;
}

void write_paid_marginals(const PaidMarginals& marginals, archive::Archive& out) {
  if (marginals.counts.empty()) return;
  write_factors(k_tables, marginals.counts, out);
  write_number(k_noise, marginals.noise, out);
}

PaidMarginals read_paid_marginals(const archive::Archive& archive, const marginals::Domain& domain) {
  if (!archive.metadata.contains(k_noise)) return {};
  PaidMarginals marginals;
  marginals.noise = read_number(archive, k_noise, "amount of noise");
  marginals.counts = read_factors(k_tables, archive, domain);
  return marginals;
}

}  // namespace ctgan::synth::marginal_methods
