#include "server/synth/graphical/measured_loss.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "server/synth/random/vector_clones.h"

namespace ctgan::synth::graphical {
namespace {

// gradient = weights (marginals - targets).
CTGAN_VECTOR_CLONES void weigh_residuals(const double* __restrict marginals, const double* __restrict targets,
                                         const double* __restrict weights, std::size_t cells,
                                         double* __restrict gradient) {
  for (std::size_t cell = 0; cell < cells; ++cell)
    gradient[cell] = weights[cell] * (marginals[cell] - targets[cell]);
}

// The sum of numbers^2 / weights.
CTGAN_VECTOR_CLONES double sum_of_quotients(const double* numbers, const double* weights, std::size_t count) {
  constexpr std::size_t k_sums = 8;
  double sums[k_sums] = {};
  std::size_t at = 0;
  for (; at + k_sums <= count; at += k_sums)
    for (std::size_t i = 0; i < k_sums; ++i) sums[i] += numbers[at + i] * numbers[at + i] / weights[at + i];
  for (; at < count; ++at) sums[0] += numbers[at] * numbers[at] / weights[at];
  double sum = 0;
  for (const double part : sums) sum += part;
  return sum;
}

// The attribute that most sets lack, by the passes over cells that leaving it out saves; none where it saves none.
std::optional<Attribute> best_left_out(const Domain& domain, const AttributeSet& attributes,
                                       std::span<const AttributeSet> sets) {
  std::optional<Attribute> best;
  double most = 1;
  for (const Attribute attribute : attributes) {
    const auto lacking = std::count_if(sets.begin(), sets.end(),
                                       [&](const AttributeSet& set) { return !set.contains(attribute); });
    const double saved = static_cast<double>(lacking) * (1 - 1 / static_cast<double>(domain.size(attribute)));
    if (saved <= most) continue;
    best = attribute;
    most = saved;
  }
  return best;
}

}  // namespace

MeasuredLoss::MeasuredLoss(const Domain& domain, const JunctionTree& tree, std::span<const MeasuredSet> sets,
                           std::span<const marginals::Factor> fixed, double total)
    : calibration_(domain, tree),
      total_(total),
      ladders_(tree.cliques.size()),
      cells_(calibration_.cells()),
      losses_(sets.size()) {
  add_fixed(domain, tree, fixed);
  std::vector<std::vector<AttributeSet>> sets_of(tree.cliques.size());
  std::vector<double> steepness(tree.cliques.size());
  for (const MeasuredSet& set : sets) {
    const std::size_t clique = *tree.clique_with(domain, set.attributes);
    sets_of[clique].push_back(set.attributes);
    steepness[clique] += set.greatest_weight() * static_cast<double>(calibration_.cells_of(clique)) /
                         static_cast<double>(set.cells.size());
  }
  steepness_ = *std::max_element(steepness.begin(), steepness.end());
  for (std::size_t clique = 0; clique < tree.cliques.size(); ++clique)
    add_ladder(domain, clique, tree.cliques[clique].attributes, std::move(sets_of[clique]));
  for (const MeasuredSet& set : sets) add_part(domain, *tree.clique_with(domain, set.attributes), set);
}

void MeasuredLoss::add_fixed(const Domain& domain, const JunctionTree& tree,
                             std::span<const marginals::Factor> fixed) {
  if (!fixed.empty()) fixed_.resize(calibration_.cells());
  for (const marginals::Factor& factor : fixed) {
    const std::size_t clique = *tree.clique_with(domain, factor.attributes);
    marginals::Embedding(domain, tree.cliques[clique].attributes, factor.attributes)
        .broadcast_add(factor.cells.data(), fixed_.data() + calibration_.first_cell(clique));
  }
}

// The clique, and below it always the same without one further attribute, as long as enough sets lack it.
void MeasuredLoss::add_ladder(const Domain& domain, std::size_t clique, const AttributeSet& attributes,
                              std::vector<AttributeSet> sets) {
  Ladder& ladder = ladders_[clique];
  ladder.push_back({attributes, calibration_.first_cell(clique), calibration_.cells_of(clique), {}, {}});
  while (const std::optional<Attribute> out = best_left_out(domain, ladder.back().attributes, sets)) {
    AttributeSet rest = difference_of(ladder.back().attributes, {*out});
    marginals::Embedding in_above(domain, ladder.back().attributes, rest);
    ladder.push_back({std::move(rest), rung_cells_.size(), in_above.small_cells(), {}, {in_above}});
    rung_cells_.resize(rung_cells_.size() + in_above.small_cells());
    std::erase_if(sets, [&](const AttributeSet& set) { return set.contains(*out); });
  }
}

void MeasuredLoss::add_part(const Domain& domain, std::size_t clique, const MeasuredSet& set) {
  const auto rung = std::find_if(ladders_[clique].rbegin(), ladders_[clique].rend(),
                                 [&](const Rung& one) { return one.attributes.contains(set.attributes); });
  rung->parts.push_back(parts_.size());
  parts_.push_back(
      {targets_.size(), set.cells.size(), marginals::Embedding(domain, rung->attributes, set.attributes)});
  targets_.insert(targets_.end(), set.cells.begin(), set.cells.end());
  weights_.insert(weights_.end(), set.weights.begin(), set.weights.end());
  for (std::size_t cell = 0; cell < set.cells.size(); ++cell)
    squares_ += set.weights[cell] * set.cells[cell] * set.cells[cell] / 2;
}

// The sum of all potentials of the clique, from the lowest rung up.
void MeasuredLoss::assemble(std::size_t clique, const std::vector<double>& potentials) {
  const Ladder& ladder = ladders_[clique];
  for (std::size_t at = ladder.size(); at-- > 0;) {
    const Rung& rung = ladder[at];
    double* const own = (at == 0 ? cells_ : rung_cells_).data() + rung.first;
    if (at == 0 && !fixed_.empty())
      std::copy_n(fixed_.data() + rung.first, rung.cells, own);
    else
      std::fill_n(own, rung.cells, 0.0);
    for (const std::size_t part : rung.parts)
      parts_[part].in_rung.broadcast_add(potentials.data() + parts_[part].first, own);
    if (at + 1 == ladder.size()) continue;
    const Rung& below = ladder[at + 1];
    below.in_above.front().broadcast_add(rung_cells_.data() + below.first, own);
  }
}

// The marginals of all that was measured of the clique, from the highest rung down.
void MeasuredLoss::collect(std::size_t clique, std::vector<double>& marginals) {
  const double* above = nullptr;
  for (const Rung& rung : ladders_[clique]) {
    double* const own = (above == nullptr ? cells_ : rung_cells_).data() + rung.first;
    if (above != nullptr) rung.in_above.front().project_sum(above, own);
    for (const std::size_t part : rung.parts)
      parts_[part].in_rung.project_sum(own, marginals.data() + parts_[part].first);
    above = own;
  }
}

void MeasuredLoss::evaluate(DescentPoint& point, threads::ThreadPool& pool) {
  point.marginals.resize(cells());
  point.gradient.resize(cells());
  calibration_.for_each_clique(pool, [&](std::size_t clique) { assemble(clique, point.potentials); });
  calibration_.run(cells_, total_, pool);
  calibration_.for_each_clique(pool, [&](std::size_t clique) { collect(clique, point.marginals); });
  for (std::size_t number = 0; number < parts_.size(); ++number) {
    const Part& part = parts_[number];
    double* const gradient = point.gradient.data() + part.first;
    const double* const weights = weights_.data() + part.first;
    weigh_residuals(point.marginals.data() + part.first, targets_.data() + part.first, weights, part.cells,
                    gradient);
    losses_[number] = sum_of_quotients(gradient, weights, part.cells) / 2;
  }
  point.loss = marginals::sum_of(losses_);
}

}  // namespace ctgan::synth::graphical
