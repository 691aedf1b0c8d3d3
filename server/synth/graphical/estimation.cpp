#include "server/synth/graphical/estimation.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "server/synth/graphical/first_potentials.h"
#include "server/synth/graphical/momentum_descent.h"

namespace ctgan::synth::graphical {
namespace {

using SumsBySet = std::map<AttributeSet, Factor>;

bool has_impossible_cells(const Factor& factor) {
  return std::any_of(factor.cells.begin(), factor.cells.end(),
                     [](double cell) { return cell == -std::numeric_limits<double>::infinity(); });
}

void add_to(SumsBySet& sums, const Factor& factor) {
  const auto [at, is_new] = sums.try_emplace(factor.attributes, factor);
  if (is_new) return;
  for (std::size_t cell = 0; cell < factor.cells.size(); ++cell) at->second.cells[cell] += factor.cells[cell];
}

std::vector<Factor> factors_of(const SumsBySet& sums) {
  std::vector<Factor> factors;
  for (const auto& [attributes, factor] : sums) factors.push_back(factor);
  return factors;
}

// Measurements of each set of attributes as one, and what they cannot agree on: the loss that every model has.
struct Merged {
  std::vector<MeasuredSet> sets;  // in ascending order
  double disagreement = 0;
  double loss_of_exact_counts = 0;  // as it is expected to be
};

Merged merge(std::span<const Measurement> measurements) {
  std::map<AttributeSet, MeasuredSet> sets;
  Merged merged;
  for (const Measurement& measurement : measurements) {
    merged.loss_of_exact_counts += static_cast<double>(measurement.cells.size()) / 2;
    MeasuredSet& set = sets[measurement.attributes];
    set.attributes = measurement.attributes;
    set.cells.resize(measurement.cells.size());
    set.weights.resize(measurement.cells.size());
    for (std::size_t cell = 0; cell < set.cells.size(); ++cell) {
      const double weight = 1 / measurement.variance(cell), before = set.weights[cell];
      const double distance = measurement.cells[cell] - set.cells[cell];
      set.weights[cell] += weight;
      set.cells[cell] += distance * (weight / set.weights[cell]);
      merged.disagreement += distance * distance * (weight * before / set.weights[cell]) / 2;
    }
  }
  for (auto& [attributes, set] : sets) merged.sets.push_back(std::move(set));
  return merged;
}

// What the descent starts from.
struct Beginning {
  std::vector<Factor> potentials;  // of each measured set
  std::vector<bool> is_new;        // of each: nothing is known of it yet
  std::vector<Factor> fixed;
};

Beginning beginning_of(const Domain& domain, std::span<const MeasuredSet> sets,
                       const EstimationOptions& options) {
  Beginning beginning;
  SumsBySet moving, fixed;
  for (const MeasuredSet& set : sets) moving.try_emplace(set.attributes, Factor(domain, set.attributes, 0));
  for (const Factor& factor : options.fixed) add_to(fixed, factor);
  std::set<AttributeSet> known;
  if (options.start != nullptr)
    for (const Factor& factor : options.start->potentials()) {
      const bool goes_on = moving.contains(factor.attributes) && !has_impossible_cells(factor);
      add_to(goes_on ? moving : fixed, factor);
      if (goes_on) known.insert(factor.attributes);
    }
  for (const MeasuredSet& set : sets) beginning.is_new.push_back(!known.contains(set.attributes));
  beginning.potentials = factors_of(moving);
  beginning.fixed = factors_of(fixed);
  return beginning;
}

JunctionTree tree_of(const Domain& domain, const Beginning& beginning, const EliminationSearch& search) {
  std::vector<AttributeSet> sets;
  for (const Factor& factor : beginning.potentials) sets.push_back(factor.attributes);
  for (const Factor& factor : beginning.fixed) sets.push_back(factor.attributes);
  return junction_tree(domain, sets, search);
}

// Below this part of the measurements' own squares a loss is rounding.
constexpr double k_least_part_of_squares = 1e-26;

// Whether what is left to be gained is noise (EstimationOptions::least_part_of_noise).
class NoiseStop {
 public:
  NoiseStop(double least_part, double loss_of_exact_counts)
      : least_part_(least_part), expected_(loss_of_exact_counts) {}

  bool is_reached(std::size_t iteration, double loss) {
    if (iteration < next_) return false;
    const bool gains_little = before_ - loss < least_part_ * expected_ && loss <= expected_;
    before_ = loss;
    next_ = iteration + iteration / 4;
    return gains_little;
  }

 private:
  static constexpr std::size_t k_first = 80;

  double least_part_, expected_;
  std::size_t next_ = k_first;
  double before_ = std::numeric_limits<double>::infinity();
};

// How often it went on.
std::size_t descend(MomentumDescent& descent, double squares, const Merged& merged,
                    const EstimationOptions& options, const std::function<void()>& check_stop) {
  constexpr std::size_t k_window = 50;
  const double least = k_least_part_of_squares * squares;
  NoiseStop noise(options.least_part_of_noise, merged.loss_of_exact_counts);
  double fallen = 0;
  std::size_t iteration = 0;
  while (iteration < options.iterations && descent.at().loss > least) {
    check_stop();
    descent.iterate();
    const double loss = descent.at().loss + merged.disagreement;
    if (noise.is_reached(++iteration, loss)) break;
    if (iteration % k_window != 0) continue;
    if (descent.fallen() - fallen <= options.least_progress * loss) break;
    fallen = descent.fallen();
  }
  return iteration;
}

std::vector<double> concatenated(const std::vector<Factor>& factors) {
  std::vector<double> cells;
  for (const Factor& factor : factors) cells.insert(cells.end(), factor.cells.begin(), factor.cells.end());
  return cells;
}

std::vector<Factor> with_cells(std::vector<Factor> factors, const std::vector<double>& cells) {
  auto next = cells.begin();
  for (Factor& factor : factors)
    for (double& cell : factor.cells) cell = *next++;
  return factors;
}

}  // namespace

Estimate estimate(const Domain& domain, std::span<const Measurement> measurements,
                  const EstimationOptions& options, threads::ThreadPool& pool,
                  const std::function<void()>& check_stop) {
  const double total = options.total ? *options.total : estimated_total(measurements);
  const Merged merged = merge(measurements);
  Beginning beginning = beginning_of(domain, merged.sets, options);
  const JunctionTree tree = tree_of(domain, beginning, options.search);
  MeasuredLoss loss(domain, tree, merged.sets, beginning.fixed, total);
  // Nothing pulls where nothing was measured.
  const double first_step = merged.sets.empty() ? 1 : 2 / (loss.steepness() * total);
  DescentPoint first = {concatenated(beginning.potentials), {}, {}, 0};
  loss.evaluate(first, pool);
  approach_measurements(domain, tree, merged.sets, beginning.is_new, loss, first, pool, check_stop);
  MomentumDescent descent(loss, std::move(first), first_step, pool);
  const std::size_t iterations = descend(descent, loss.squares(), merged, options, check_stop);
  std::vector<Factor> potentials = with_cells(std::move(beginning.potentials), descent.at().potentials);
  potentials.insert(potentials.end(), beginning.fixed.begin(), beginning.fixed.end());
  return {GraphicalModel(domain, std::move(potentials), total, pool, options.search),
          descent.at().loss + merged.disagreement, iterations};
}

double estimated_total(std::span<const Measurement> measurements) {
  double sum = 0, weights = 0;
  for (const Measurement& measurement : measurements) {
    double total = 0, variance = 0;
    for (std::size_t cell = 0; cell < measurement.cells.size(); ++cell) {
      total += measurement.cells[cell];
      variance += measurement.variance(cell);
    }
    sum += total / variance;
    weights += 1 / variance;
  }
  return weights > 0 ? std::max(1.0, sum / weights) : 1.0;
}

}  // namespace ctgan::synth::graphical
