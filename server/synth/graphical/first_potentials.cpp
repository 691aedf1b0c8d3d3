#include "server/synth/graphical/first_potentials.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

#include "server/synth/encoders/exponential.h"
#include "server/synth/marginals/embedding.h"

namespace ctgan::synth::graphical {
namespace {

constexpr std::size_t k_most_rounds = 8;

// What a cell has at least, in standard deviations of its noise and as a part of the mean cell: none may be out of
// reach for the descent.
constexpr double k_least_deviations = 0.1;
constexpr double k_least_part = 0.01;

// The point of the simplex that is nearest to the measured cells: all less a common number, or 0 (Held, Wolfe and
// Crowder 1974).
std::vector<double> nearest_counts(const MeasuredSet& set, double total) {
  std::vector<double> sorted = set.cells;
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  double sum = 0, surplus = 0;
  for (std::size_t count = 1; count <= sorted.size(); ++count) {
    sum += sorted[count - 1];
    const double own = (sum - total) / static_cast<double>(count);
    if (sorted[count - 1] <= own) break;
    surplus = own;
  }
  const double mean = total / static_cast<double>(set.cells.size());
  const double least = std::min(k_least_deviations / std::sqrt(set.greatest_weight()), k_least_part * mean);
  std::vector<double> counts = set.cells;
  for (double& count : counts) count = std::max(count - surplus, least);
  return counts;
}

// One set's part in it.
struct Fitted {
  std::size_t first;               // cell in the point
  std::vector<double> counts;      // what it is fitted to
  std::vector<double> conditions;  // the same by cells of what it shares with its clique's separator
  marginals::Embedding shared;
  std::size_t clique;
};

// 0 where a cell cannot be.
double ratio_logarithm(double wanted, double had) {
  constexpr double k_least = std::numeric_limits<double>::min();
  if (wanted < k_least || had < k_least) return 0;
  return encoders::logarithm(wanted) - encoders::logarithm(had);
}

void fit(const Fitted& fitted, double part, const DescentPoint& from, DescentPoint& to) {
  const double* const marginals = from.marginals.data() + fitted.first;
  std::vector<double> shared(fitted.conditions.size());
  fitted.shared.project_sum(marginals, shared.data());
  for (std::size_t cell = 0; cell < shared.size(); ++cell)
    shared[cell] = ratio_logarithm(fitted.conditions[cell], shared[cell]);
  double* const potentials = to.potentials.data() + fitted.first;
  for (std::size_t cell = 0; cell < fitted.counts.size(); ++cell)
    potentials[cell] += part * ratio_logarithm(fitted.counts[cell], marginals[cell]);
  fitted.shared.broadcast_add_scaled(shared.data(), -part, potentials);
}

bool is_part_of_another(std::span<const MeasuredSet> sets, const std::vector<bool>& is_new, std::size_t set) {
  for (std::size_t other = 0; other < sets.size(); ++other)
    if (other != set && is_new[other] && sets[other].attributes.contains(sets[set].attributes)) return true;
  return false;
}

std::vector<Fitted> fitted_sets(const Domain& domain, const JunctionTree& tree,
                                std::span<const MeasuredSet> sets, const std::vector<bool>& is_new,
                                const MeasuredLoss& loss) {
  std::vector<Fitted> fitted;
  for (std::size_t set = 0; set < sets.size(); ++set) {
    if (!is_new[set] || is_part_of_another(sets, is_new, set)) continue;
    const std::size_t clique = *tree.clique_with(domain, sets[set].attributes);
    const AttributeSet shared = intersection_of(sets[set].attributes, tree.cliques[clique].separator);
    fitted.push_back({loss.first_cell(set),
                      nearest_counts(sets[set], loss.total()),
                      {},
                      marginals::Embedding(domain, sets[set].attributes, shared),
                      clique});
    fitted.back().conditions.resize(fitted.back().shared.small_cells());
    fitted.back().shared.project_sum(fitted.back().counts.data(), fitted.back().conditions.data());
  }
  return fitted;
}

}  // namespace

void approach_measurements(const Domain& domain, const JunctionTree& tree, std::span<const MeasuredSet> sets,
                           const std::vector<bool>& is_new, MeasuredLoss& loss, DescentPoint& first,
                           threads::ThreadPool& pool, const std::function<void()>& check_stop) {
  const std::vector<Fitted> fitted = fitted_sets(domain, tree, sets, is_new, loss);
  if (fitted.empty()) return;
  std::vector<double> in_clique(tree.cliques.size());
  for (const Fitted& one : fitted) ++in_clique[one.clique];
  DescentPoint next;
  for (std::size_t round = 0; round < k_most_rounds; ++round) {
    check_stop();
    next.potentials = first.potentials;
    for (const Fitted& one : fitted) fit(one, 1 / in_clique[one.clique], first, next);
    loss.evaluate(next, pool);
    if (next.loss >= first.loss) return;
    std::swap(first, next);
  }
}

}  // namespace ctgan::synth::graphical
