// The initial responsibilities: weighted k-means of one dimension. On sorted values a cluster is a range, so
// that with prefix sums one round of Lloyd's algorithm costs k binary searches instead of a pass over the
// data.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "server/synth/encoders/bayesian_mixture.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::encoders {
namespace {

constexpr int k_rounds = 300;

// Distinct values ascending, about their mean, with prefix sums of weight and weighted value.
struct Sorted {
  std::vector<std::size_t> order;  // into the caller's values
  std::vector<double> values, weights;
  std::vector<double> weight_before, sum_before;
};

Sorted sorted_of(std::span<const double> values, std::span<const double> counts) {
  Sorted s;
  s.order.resize(values.size());
  std::iota(s.order.begin(), s.order.end(), std::size_t{0});
  if (!std::is_sorted(values.begin(), values.end())) {
    std::sort(s.order.begin(), s.order.end(),
              [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  }
  double weight = 0;
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    weight += counts[i];
    sum += counts[i] * values[i];
  }
  const double mean = sum / weight;
  s.weight_before = {0};
  s.sum_before = {0};
  for (const std::size_t i : s.order) {
    s.values.push_back(values[i] - mean);
    s.weights.push_back(counts[i]);
    s.weight_before.push_back(s.weight_before.back() + counts[i]);
    s.sum_before.push_back(s.sum_before.back() + counts[i] * s.values.back());
  }
  return s;
}

// The index of the value that a weighted draw hits: weights as cumulative sums, target in [0, total).
std::size_t pick(const std::vector<double>& weights, double target) {
  double passed = 0;
  std::size_t last = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] > 0) {
      passed += weights[i];
      last = i;
      if (passed > target) {
        break;
      }
    }
  }
  return last;
}

// The weighted squared distances to the nearest centre once `centre` is one too. Returns their sum.
double add_centre(const Sorted& s, double centre, const std::vector<double>& before,
                  std::vector<double>& after) {
  double total = 0;
  for (std::size_t i = 0; i < s.values.size(); ++i) {
    const double distance = s.values[i] - centre;
    after[i] = std::min(before[i], s.weights[i] * distance * distance);
    total += after[i];
  }
  return total;
}

// Greedy k-means++ (Arthur and Vassilvitskii 2007): of 2 + ln k candidates drawn by squared distance, the
// best.
std::vector<double> first_centres(const Sorted& s, std::size_t components, std::uint64_t seed) {
  random::Stream random(seed, random::StreamId::transform);
  const auto trials = 2 + static_cast<int>(std::log(static_cast<double>(components)));
  std::vector<double> distances(s.values.size(), std::numeric_limits<double>::infinity());
  std::vector<double> candidate_distances(s.values.size());
  std::vector<double> best_distances(s.values.size());

  std::vector<double> centres = {s.values[pick(s.weights, random.next_double() * s.weight_before.back())]};
  double total = add_centre(s, centres.front(), distances, candidate_distances);
  distances.swap(candidate_distances);
  while (centres.size() < components && total > 0) {
    double best_total = std::numeric_limits<double>::infinity();
    double best = 0;
    for (int trial = 0; trial < trials; ++trial) {
      const double candidate = s.values[pick(distances, random.next_double() * total)];
      const double candidate_total = add_centre(s, candidate, distances, candidate_distances);
      if (candidate_total < best_total) {
        best_total = candidate_total;
        best = candidate;
        best_distances.swap(candidate_distances);
      }
    }
    centres.push_back(best);
    total = best_total;
    distances.swap(best_distances);
  }
  std::sort(centres.begin(), centres.end());
  centres.erase(std::unique(centres.begin(), centres.end()), centres.end());
  return centres;
}

// Where each cluster ends: the values below the midpoint to the next centre are its own.
std::vector<std::size_t> ends_of(const Sorted& s, const std::vector<double>& centres) {
  std::vector<std::size_t> ends;
  for (std::size_t k = 0; k + 1 < centres.size(); ++k) {
    const double midpoint = 0.5 * (centres[k] + centres[k + 1]);
    const auto end = std::lower_bound(s.values.begin(), s.values.end(), midpoint);
    ends.push_back(static_cast<std::size_t>(end - s.values.begin()));
  }
  ends.push_back(s.values.size());
  return ends;
}

std::vector<std::size_t> lloyd(const Sorted& s, std::vector<double> centres) {
  std::vector<std::size_t> ends = ends_of(s, centres);
  for (int round = 0; round < k_rounds; ++round) {
    std::size_t begin = 0;
    for (std::size_t k = 0; k < centres.size(); ++k) {
      const double weight = s.weight_before[ends[k]] - s.weight_before[begin];
      if (weight > 0) {
        centres[k] = (s.sum_before[ends[k]] - s.sum_before[begin]) / weight;
      }
      begin = ends[k];
    }
    std::vector<std::size_t> next = ends_of(s, centres);
    if (next == ends) {
      break;
    }
    ends = std::move(next);
  }
  return ends;
}

// The component of each cluster: the heaviest first.
std::vector<std::size_t> ranks_of(const Sorted& s, const std::vector<std::size_t>& ends) {
  std::vector<double> weights;
  std::size_t begin = 0;
  for (const std::size_t end : ends) {
    weights.push_back(s.weight_before[end] - s.weight_before[begin]);
    begin = end;
  }
  std::vector<std::size_t> order(ends.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return weights[a] > weights[b]; });
  std::vector<std::size_t> ranks(ends.size());
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    ranks[order[rank]] = rank;
  }
  return ranks;
}

}  // namespace

std::vector<double> kmeans_responsibilities(std::span<const double> values, std::span<const double> counts,
                                            std::size_t components, std::uint64_t seed) {
  const Sorted s = sorted_of(values, counts);
  const std::vector<std::size_t> ends = lloyd(s, first_centres(s, components, seed));
  const std::vector<std::size_t> ranks = ranks_of(s, ends);
  std::vector<double> responsibilities(values.size() * components, 0.0);
  std::size_t cluster = 0;
  for (std::size_t i = 0; i < s.order.size(); ++i) {
    while (i == ends[cluster]) {
      ++cluster;
    }
    responsibilities[s.order[i] * components + ranks[cluster]] = 1;
  }
  return responsibilities;
}

}  // namespace ctgan::synth::encoders
