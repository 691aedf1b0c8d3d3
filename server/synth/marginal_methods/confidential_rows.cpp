#include "server/synth/marginal_methods/confidential_rows.h"

#include <algorithm>
#include <utility>

namespace ctgan::synth::marginal_methods {

using marginals::AttributeSet;
using marginals::Measurement;

ConfidentialRows::ConfidentialRows(marginals::Domain domain, std::vector<codecs::Codes> columns,
                                   privacy::Mechanisms& mechanisms, threads::ThreadPool& pool,
                                   std::uint64_t rows_per_unit, std::vector<std::uint32_t> units)
    : domain_(std::move(domain)),
      columns_(std::move(columns)),
      units_(std::move(units)),
      mechanisms_(mechanisms),
      pool_(pool),
      sensitivity_(static_cast<double>(rows_per_unit)) {}

std::vector<Measurement> ConfidentialRows::measure(const std::string& stage,
                                                   std::span<const AttributeSet> sets, double sigma) {
  const std::vector<marginals::Counts> exact = marginals::count_marginals(domain_, columns_, sets, pool_);
  std::vector<Measurement> measured;
  sigma *= sensitivity_;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    const std::vector<std::int64_t> noisy = mechanisms_.noisy_counts(stage, exact[i], sensitivity_, sigma);
    measured.push_back({sets[i], {noisy.begin(), noisy.end()}, privacy::drawn_sigma(sigma)});
  }
  return measured;
}

std::vector<double> ConfidentialRows::measure_laplace(const std::string& stage, const AttributeSet& set,
                                                      double scale) {
  const marginals::Counts exact = marginals::count_marginal(domain_, columns_, set, pool_);
  const std::vector<std::int64_t> noisy =
      mechanisms_.laplace_counts(stage, exact, sensitivity_, sensitivity_ * scale);
  return {noisy.begin(), noisy.end()};
}

void ConfidentialRows::keep_counts(std::span<const AttributeSet> sets) {
  std::vector<AttributeSet> wanted;
  for (const AttributeSet& set : sets) {
    const std::uint64_t cells = domain_.cells(set);
    if (kept_.contains(set) || cells > k_most_kept_cells - kept_cells_) continue;
    wanted.push_back(set);
    kept_cells_ += cells;
  }
  std::vector<marginals::Counts> counts = marginals::count_marginals(domain_, columns_, wanted, pool_);
  for (std::size_t i = 0; i < wanted.size(); ++i) kept_.emplace(wanted[i], std::move(counts[i]));
}

double ConfidentialRows::distance(const AttributeSet& set, const marginals::Factor& expected) {
  const auto kept = kept_.find(set);
  if (kept != kept_.end()) return marginals::l1_distance(marginals::as_doubles(kept->second), expected.cells);
  return marginals::l1_distance(
      marginals::as_doubles(marginals::count_marginal(domain_, columns_, set, pool_)), expected.cells);
}

// Some at a time: whoever expects can stop it, and memory is that of a few.
Distances ConfidentialRows::distances(std::span<const AttributeSet> sets, const Expected& expected) {
  constexpr std::size_t k_at_once = 32;
  Distances distances;
  for (std::size_t first = 0; first < sets.size(); first += k_at_once) {
    const auto some = sets.subspan(first, std::min(k_at_once, sets.size() - first));
    keep_counts(some);
    const std::vector<marginals::Factor> marginals = expected(some);
    for (std::size_t i = 0; i < some.size(); ++i) distances.rows_.push_back(distance(some[i], marginals[i]));
  }
  return distances;
}

std::size_t ConfidentialRows::choose(const std::string& stage, const Distances& distances,
                                     const Candidates& candidates, double epsilon) {
  std::vector<double> scores;
  for (std::size_t i = 0; i < candidates.places.size(); ++i)
    scores.push_back(candidates.weights[i] * (distances.rows_[candidates.places[i]] - candidates.offsets[i]));
  const double weight = *std::max_element(candidates.weights.begin(), candidates.weights.end());
  return mechanisms_.choose(stage, scores, weight * sensitivity_, epsilon);
}

std::vector<double> ConfidentialRows::noisy_distances(const std::string& stage, const Distances& distances,
                                                      double sigma) {
  return mechanisms_.noisy_numbers(stage, distances.rows_, sensitivity_, sensitivity_ * sigma);
}

ConfidentialCodes ConfidentialRows::take_codes() {
  kept_.clear();
  kept_cells_ = 0;
  return {std::exchange(columns_, {}), std::exchange(units_, {})};
}

ConfidentialRows::Trained ConfidentialRows::train(const std::string& stage,
                                                  const privacy::SampledTraining& training) {
  privacy::PaidTraining paid = mechanisms_.train(stage, training);
  return {paid, take_codes()};
}

ConfidentialRows::Taught ConfidentialRows::teach(const std::string& stage, std::uint64_t questions,
                                                 double sigma) {
  privacy::PaidVotes paid = mechanisms_.votes(stage, questions, sigma);
  return {paid, take_codes()};
}

void ConfidentialRows::merge(const std::vector<MergedCodes>& merged) {
  std::vector<std::size_t> sizes;
  for (const MergedCodes& codes : merged) sizes.push_back(codes.size());
  domain_ = marginals::Domain(sizes);
  kept_.clear();
  kept_cells_ = 0;
  pool_.run(columns_.size(), [&](std::size_t i) { columns_[i] = merged[i].merge(columns_[i]); });
}

}  // namespace ctgan::synth::marginal_methods
