#include "server/synth/marginals/residuals.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "server/synth/marginals/embedding.h"
#include "server/synth/marginals/projection.h"

namespace ctgan::synth::marginals {
namespace {

// Of the attributes whose bits are set.
AttributeSet part_of(const AttributeSet& set, std::size_t bits) {
  std::vector<Attribute> attributes;
  for (std::size_t place = 0; place < set.size(); ++place)
    if ((bits >> place & 1U) != 0) attributes.push_back(set[place]);
  return AttributeSet(std::move(attributes));
}

template <typename Do>
void for_each_part(const AttributeSet& set, const Do& act) {
  for (std::size_t bits = 0; bits < std::size_t{1} << set.size(); ++bits) act(part_of(set, bits));
}

double mean_variance(const Measurement& measurement) {
  double sum = 0;
  for (std::size_t cell = 0; cell < measurement.cells.size(); ++cell) sum += measurement.variance(cell);
  return sum / static_cast<double>(measurement.cells.size());
}

}  // namespace

Residuals::Residuals(Domain domain, std::vector<std::vector<double>> shares)
    : domain_(std::move(domain)), shares_(std::move(shares)) {}

void Residuals::add(const Measurement& measurement) {
  const double variance = mean_variance(measurement);
  for_each_part(measurement.attributes, [&](const AttributeSet& part) {
    std::vector<double> cells(domain_.array_cells(part));
    Embedding(domain_, measurement.attributes, part).project_sum(measurement.cells.data(), cells.data());
    for (std::size_t place = 0; place < part.size(); ++place) centre(part, place, cells);
    const double summed = static_cast<double>(measurement.cells.size()) / static_cast<double>(cells.size());
    const double weight = 1 / (variance * summed);
    Residual& residual = residuals_[part];
    residual.weighted.resize(cells.size());
    for (std::size_t cell = 0; cell < cells.size(); ++cell) residual.weighted[cell] += weight * cells[cell];
    residual.weight += weight;
  });
}

void Residuals::centre(const AttributeSet& set, std::size_t place, std::vector<double>& cells) const {
  const std::vector<double>& share = shares_[set[place]];
  std::size_t stride = 1;
  for (std::size_t later = place + 1; later < set.size(); ++later) stride *= domain_.size(set[later]);
  const std::size_t block = stride * share.size();
  for (std::size_t first = 0; first < cells.size(); first += block)
    for (std::size_t inner = first; inner < first + stride; ++inner) {
      double sum = 0;
      for (std::size_t code = 0; code < share.size(); ++code) sum += cells[inner + code * stride];
      for (std::size_t code = 0; code < share.size(); ++code)
        cells[inner + code * stride] -= share[code] * sum;
    }
}

Factor Residuals::marginal(const AttributeSet& attributes) const {
  Factor sum(domain_, attributes, 0);
  for_each_part(attributes, [&](const AttributeSet& part) {
    const auto found = residuals_.find(part);
    if (found != residuals_.end()) add_spread(part, found->second, sum);
  });
  return sum;
}

void Residuals::add_spread(const AttributeSet& part, const Residual& residual, Factor& sum) const {
  std::vector<double> cells = residual.weighted;
  for (double& cell : cells) cell /= residual.weight;
  // Along the other attributes by their shares, one after the other.
  AttributeSet spread = part;
  for (const Attribute other : difference_of(sum.attributes, part)) {
    const AttributeSet wider = union_of(spread, {other});
    std::vector<double> more(domain_.array_cells(wider));
    Embedding(domain_, wider, spread).broadcast_add(cells.data(), more.data());
    Embedding(domain_, wider, {other}).broadcast_multiply(shares_[other].data(), more.data());
    spread = wider;
    cells = std::move(more);
  }
  for (std::size_t cell = 0; cell < cells.size(); ++cell) sum.cells[cell] += cells[cell];
}

Factor Residuals::nonnegative_marginal(const AttributeSet& attributes) const {
  Factor estimate = marginal(attributes);
  const double total = std::max(std::accumulate(estimate.cells.begin(), estimate.cells.end(), 0.0), 0.0);
  if (std::none_of(estimate.cells.begin(), estimate.cells.end(), [](double cell) { return cell < 0; }))
    return estimate;
  project_to_counts(estimate.cells, total);
  return estimate;
}

std::vector<double> shares_of(std::span<const double> cells, double least) {
  std::vector<double> shares(cells.begin(), cells.end());
  for (double& share : shares) share = std::max(share, 0.0);
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  const double even = 1 / static_cast<double>(shares.size());
  for (double& share : shares) share = sum > 0 ? (1 - least) * share / sum + least * even : even;
  return shares;
}

}  // namespace ctgan::synth::marginals
