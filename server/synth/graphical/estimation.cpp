#include "server/synth/graphical/estimation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "server/synth/graphical/descent.h"

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

std::vector<Factor> factors_of(SumsBySet sums) {
  std::vector<Factor> factors;
  for (auto& [attributes, factor] : sums) factors.push_back(std::move(factor));
  return factors;
}

// Measurements of each set of attributes as one, and what they cannot agree on: the loss that every model has.
struct Merged {
  std::vector<MeasuredSet> sets;  // in ascending order
  double disagreement = 0;
};

Merged merge(std::span<const Measurement> measurements) {
  std::map<AttributeSet, MeasuredSet> sets;
  Merged merged;
  for (const Measurement& measurement : measurements) {
    MeasuredSet& set = sets[measurement.attributes];
    const double weight = 1 / (measurement.sigma * measurement.sigma), before = set.weight;
    set.attributes = measurement.attributes;
    set.cells.resize(measurement.cells.size());
    set.weight += weight;
    for (std::size_t cell = 0; cell < set.cells.size(); ++cell) {
      const double distance = measurement.cells[cell] - set.cells[cell];
      set.cells[cell] += distance * (weight / set.weight);
      merged.disagreement += distance * distance * (weight * before / set.weight) / 2;
    }
  }
  for (auto& [attributes, set] : sets) merged.sets.push_back(std::move(set));
  return merged;
}

// What the descent starts from.
struct Beginning {
  std::vector<Factor> potentials;  // of each measured set
  std::vector<Factor> fixed;
};

Beginning beginning_of(const Domain& domain, std::span<const MeasuredSet> sets,
                       const EstimationOptions& options) {
  Beginning beginning;
  SumsBySet moving, fixed;
  for (const MeasuredSet& set : sets) moving.try_emplace(set.attributes, Factor(domain, set.attributes, 0));
  for (const Factor& factor : options.fixed) add_to(fixed, factor);
  if (options.start != nullptr)
    for (const Factor& factor : options.start->potentials())
      add_to(moving.contains(factor.attributes) && !has_impossible_cells(factor) ? moving : fixed, factor);
  return {factors_of(std::move(moving)), factors_of(std::move(fixed))};
}

JunctionTree tree_of(const Domain& domain, const Beginning& beginning, const EliminationSearch& search) {
  std::vector<AttributeSet> sets;
  for (const Factor& factor : beginning.potentials) sets.push_back(factor.attributes);
  for (const Factor& factor : beginning.fixed) sets.push_back(factor.attributes);
  return junction_tree(domain, sets, search);
}

double product_of_change(const DescentPoint& from, const DescentPoint& to) {
  double sum = 0;
  for (std::size_t cell = 0; cell < from.gradient.size(); ++cell)
    sum += from.gradient[cell] * (from.marginals[cell] - to.marginals[cell]);
  return sum;
}

// Mirror descent with momentum. `at_` is the best point, from which the next is tried.
class Descent {
 public:
  Descent(MeasuredLoss& loss, std::vector<double> potentials, double step, threads::ThreadPool& pool)
      : loss_(loss), pool_(pool), step_(step), good_step_(step) {
    at_.potentials = std::move(potentials);
    next_.potentials = target_ = last_target_ = at_.potentials;
    loss_.evaluate(at_, pool_);
  }

  void iterate() {
    const double inertia = 1 + std::sqrt(1 + 4 * inertia_ * inertia_);
    const double momentum = (inertia_ - 1) / (inertia / 2);
    for (std::size_t cell = 0; cell < target_.size(); ++cell) {
      target_[cell] = at_.potentials[cell] - step_ * at_.gradient[cell];
      next_.potentials[cell] = target_[cell] + momentum * (target_[cell] - last_target_[cell]);
    }
    loss_.evaluate(next_, pool_);
    if (is_accepted(momentum > 0)) {
      std::swap(at_, next_);
      std::swap(last_target_, target_);
      inertia_ = inertia / 2;
      good_step_ = step_;
      step_ *= k_growth;
    } else {
      // Once more from the same point: without momentum, or without it already, by a shorter step.
      if (momentum == 0) step_ *= k_shrinkage;
      last_target_ = at_.potentials;
      inertia_ = 1;
    }
  }

  const DescentPoint& at() const { return at_; }
  // The last one that led to a better point.
  double step() const { return good_step_; }

 private:
  static constexpr double k_growth = 1.01, k_shrinkage = 0.5;

  bool is_accepted(bool with_momentum) const {
    const double gain = at_.loss - next_.loss;
    return with_momentum ? gain >= 0 : gain >= product_of_change(at_, next_) / 2;
  }

  MeasuredLoss& loss_;
  threads::ThreadPool& pool_;
  double step_, good_step_;
  double inertia_ = 1;
  DescentPoint at_, next_;
  std::vector<double> target_, last_target_;  // where the steps lead without momentum
};

// Below this part of the measurements' own squares a loss is rounding.
constexpr double k_least_part_of_squares = 1e-26;

double squares_of(std::span<const MeasuredSet> sets) {
  double squares = 0;
  for (const MeasuredSet& set : sets)
    for (const double cell : set.cells) squares += set.weight * cell * cell / 2;
  return squares;
}

// How often it went on.
std::size_t descend(Descent& descent, std::span<const MeasuredSet> sets, double disagreement,
                    const EstimationOptions& options, const std::function<void()>& check_stop) {
  constexpr std::size_t k_window = 50;
  const double least = k_least_part_of_squares * squares_of(sets);
  double before = descent.at().loss;
  std::size_t iteration = 0;
  while (iteration < options.iterations && descent.at().loss > least) {
    check_stop();
    descent.iterate();
    if (++iteration % k_window != 0) continue;
    if (before - descent.at().loss <= options.least_progress * (before + disagreement)) break;
    before = descent.at().loss;
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
  const double first_step =
      options.step > 0 || merged.sets.empty() ? options.step : 2 / (loss.steepness() * total);
  Descent descent(loss, concatenated(beginning.potentials), first_step, pool);
  const std::size_t iterations = descend(descent, merged.sets, merged.disagreement, options, check_stop);
  std::vector<Factor> potentials = with_cells(std::move(beginning.potentials), descent.at().potentials);
  potentials.insert(potentials.end(), beginning.fixed.begin(), beginning.fixed.end());
  return {GraphicalModel(domain, std::move(potentials), total, pool, options.search),
          descent.at().loss + merged.disagreement, iterations, descent.step()};
}

double estimated_total(std::span<const Measurement> measurements) {
  double sum = 0, weights = 0;
  for (const Measurement& measurement : measurements) {
    const double weight =
        1 / (static_cast<double>(measurement.cells.size()) * measurement.sigma * measurement.sigma);
    for (const double cell : measurement.cells) sum += weight * cell;
    weights += weight;
  }
  return weights > 0 ? std::max(1.0, sum / weights) : 1.0;
}

}  // namespace ctgan::synth::graphical
