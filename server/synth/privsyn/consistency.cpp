#include "server/synth/privsyn/consistency.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <set>

#include "server/synth/marginals/embedding.h"
#include "server/synth/marginals/projection.h"

namespace ctgan::synth::privsyn {
namespace {

using marginals::AttributeSet;
using marginals::Domain;
using marginals::Embedding;
using marginals::Factor;
using marginals::Measurement;

constexpr std::size_t k_most_rounds = 100;

double variance_of(const Measurement& measurement) {
  double sum = 0;
  for (std::size_t cell = 0; cell < measurement.cells.size(); ++cell) sum += measurement.variance(cell);
  return sum / static_cast<double>(measurement.cells.size());
}

// What several marginals have in common, and how each of them has it.
class Overlap {
 public:
  Overlap(const Domain& domain, const AttributeSet& shared, std::span<const Measurement> measurements)
      : cells_(static_cast<std::size_t>(domain.cells(shared))) {
    double weights = 0;
    for (std::size_t i = 0; i < measurements.size(); ++i) {
      if (!measurements[i].attributes.contains(shared)) continue;
      Embedding embedding(domain, measurements[i].attributes, shared);
      const auto added_up = static_cast<double>(embedding.large_cells() / embedding.small_cells());
      members_.push_back({i, std::move(embedding), added_up, 1 / (added_up * variance_of(measurements[i]))});
      weights += members_.back().weight;
    }
    for (Member& member : members_) member.weight /= weights;
  }

  std::size_t members() const { return members_.size(); }

  // All get the mean by inverse variance; what changes is spread evenly.
  void settle(std::vector<Factor>& marginals) const {
    std::vector<double> mean(cells_), own(cells_);
    for (const Member& member : members_) {
      member.embedding.project_sum(marginals[member.place].cells.data(), own.data());
      for (std::size_t cell = 0; cell < cells_; ++cell) mean[cell] += member.weight * own[cell];
    }
    for (const Member& member : members_) {
      member.embedding.project_sum(marginals[member.place].cells.data(), own.data());
      for (std::size_t cell = 0; cell < cells_; ++cell)
        own[cell] = (mean[cell] - own[cell]) / member.added_up;
      member.embedding.broadcast_add(own.data(), marginals[member.place].cells.data());
    }
  }

 private:
  struct Member {
    std::size_t place;
    Embedding embedding;
    double added_up;  // cells that one cell of the overlap is the sum of
    double weight;
  };

  std::size_t cells_;
  std::vector<Member> members_;
};

// All intersections of two sets or more, small ones first: what is settled for a larger one leaves the smaller ones that
// it contains as they are.
std::vector<Overlap> overlaps_of(const Domain& domain, std::span<const Measurement> measurements) {
  constexpr std::size_t k_most_overlaps = 5000;
  std::set<AttributeSet> shared;
  for (std::size_t i = 0; i < measurements.size(); ++i)
    for (std::size_t j = i + 1; j < measurements.size(); ++j)
      shared.insert(intersection_of(measurements[i].attributes, measurements[j].attributes));
  for (bool grown = true; grown && shared.size() < k_most_overlaps;) {
    grown = false;
    const std::vector<AttributeSet> known(shared.begin(), shared.end());
    for (const AttributeSet& a : known)
      for (const AttributeSet& b : known) grown = shared.insert(intersection_of(a, b)).second || grown;
  }
  std::vector<AttributeSet> ordered(shared.begin(), shared.end());
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const AttributeSet& a, const AttributeSet& b) { return a.size() < b.size(); });
  std::vector<Overlap> overlaps;
  for (const AttributeSet& set : ordered) {
    Overlap overlap(domain, set, measurements);
    if (overlap.members() > 1) overlaps.push_back(std::move(overlap));
  }
  return overlaps;
}

}  // namespace

std::vector<Factor> consistent_marginals(const Domain& domain, std::span<const Measurement> measurements,
                                         double total) {
  std::vector<Factor> marginals;
  for (const Measurement& measurement : measurements)
    marginals.emplace_back(measurement.attributes, measurement.cells);
  const std::vector<Overlap> overlaps = overlaps_of(domain, measurements);
  for (std::size_t round = 0; round < k_most_rounds; ++round) {
    for (const Overlap& overlap : overlaps) overlap.settle(marginals);
    double moved = 0;
    for (Factor& marginal : marginals) {
      const std::vector<double> before = marginal.cells;
      marginals::project_to_counts(marginal.cells, total);
      moved = std::max(moved, marginals::l1_distance(before, marginal.cells));
    }
    if (moved < 1e-4 * total) break;
  }
  return marginals;
}

}  // namespace ctgan::synth::privsyn
