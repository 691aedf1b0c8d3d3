#include "server/synth/graphical/measured_loss.h"

#include <algorithm>

#include "server/synth/random/vector_clones.h"

namespace ctgan::synth::graphical {
namespace {

// gradient = weight (marginals - targets).
CTGAN_VECTOR_CLONES void weigh_residuals(const double* __restrict marginals, const double* __restrict targets,
                                         double weight, std::size_t cells, double* __restrict gradient) {
  for (std::size_t cell = 0; cell < cells; ++cell)
    gradient[cell] = weight * (marginals[cell] - targets[cell]);
}

CTGAN_VECTOR_CLONES double sum_of_squares(const double* numbers, std::size_t count) {
  constexpr std::size_t k_sums = 8;
  double sums[k_sums] = {};
  std::size_t at = 0;
  for (; at + k_sums <= count; at += k_sums)
    for (std::size_t i = 0; i < k_sums; ++i) sums[i] += numbers[at + i] * numbers[at + i];
  for (; at < count; ++at) sums[0] += numbers[at] * numbers[at];
  double sum = 0;
  for (const double part : sums) sum += part;
  return sum;
}

}  // namespace

MeasuredLoss::MeasuredLoss(const Domain& domain, const JunctionTree& tree, std::span<const MeasuredSet> sets,
                           std::span<const marginals::Factor> fixed, double total)
    : calibration_(domain, tree),
      total_(total),
      parts_of_(tree.cliques.size()),
      cells_(calibration_.cells()) {
  add_fixed(domain, tree, fixed);
  for (const MeasuredSet& set : sets) add_part(domain, tree, set);
  losses_.resize(parts_.size());
  for (const std::vector<std::size_t>& parts : parts_of_) {
    double steepness = 0;
    for (const std::size_t part : parts)
      steepness += parts_[part].weight * static_cast<double>(parts_[part].in_clique.large_cells()) /
                   static_cast<double>(parts_[part].cells);
    steepness_ = std::max(steepness_, steepness);
  }
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

void MeasuredLoss::add_part(const Domain& domain, const JunctionTree& tree, const MeasuredSet& set) {
  const std::size_t clique = *tree.clique_with(domain, set.attributes);
  parts_of_[clique].push_back(parts_.size());
  parts_.push_back({targets_.size(), set.cells.size(), set.weight,
                    marginals::Embedding(domain, tree.cliques[clique].attributes, set.attributes)});
  targets_.insert(targets_.end(), set.cells.begin(), set.cells.end());
  squares_ += set.weight * sum_of_squares(set.cells.data(), set.cells.size()) / 2;
}

void MeasuredLoss::evaluate(DescentPoint& point, threads::ThreadPool& pool) {
  point.marginals.resize(cells());
  point.gradient.resize(cells());
  calibration_.for_each_clique(pool, [&](std::size_t clique) {
    double* const own = cells_.data() + calibration_.first_cell(clique);
    if (fixed_.empty())
      std::fill_n(own, calibration_.cells_of(clique), 0.0);
    else
      std::copy_n(fixed_.data() + calibration_.first_cell(clique), calibration_.cells_of(clique), own);
    for (const std::size_t part : parts_of_[clique])
      parts_[part].in_clique.broadcast_add(point.potentials.data() + parts_[part].first, own);
  });
  calibration_.run(cells_, total_, pool);
  calibration_.for_each_clique(pool, [&](std::size_t clique) {
    const double* const own = cells_.data() + calibration_.first_cell(clique);
    for (const std::size_t number : parts_of_[clique]) {
      const Part& part = parts_[number];
      double* const gradient = point.gradient.data() + part.first;
      part.in_clique.project_sum(own, point.marginals.data() + part.first);
      weigh_residuals(point.marginals.data() + part.first, targets_.data() + part.first, part.weight,
                      part.cells, gradient);
      losses_[number] = sum_of_squares(gradient, part.cells) / (2 * part.weight);
    }
  });
  point.loss = marginals::sum_of(losses_);
}

}  // namespace ctgan::synth::graphical
