#include "server/synth/evaluate/learner_scores.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace ctgan::synth::evaluate {

namespace {

// The rows of one score, `rows` of the ascending order, and how many of each side scored less.
struct Tie {
  std::span<const std::size_t> rows;
  double positives = 0;  // of the tie
  double negatives = 0;
  double positives_below = 0;
  double negatives_below = 0;
};

template <typename Visit>
void for_each_tie(std::span<const double> scores, std::span<const std::size_t> classes, std::size_t positive,
                  const Visit& visit) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
  Tie tie;
  for (std::size_t first = 0; first < order.size();) {
    tie.positives = tie.negatives = 0;
    std::size_t last = first;
    for (; last < order.size() && scores[order[last]] == scores[order[first]]; ++last) {
      (classes[order[last]] == positive ? tie.positives : tie.negatives) += 1;
    }
    tie.rows = std::span(order).subspan(first, last - first);
    visit(tie);
    tie.positives_below += tie.positives;
    tie.negatives_below += tie.negatives;
    first = last;
  }
}

}  // namespace

std::optional<double> area_under_curve(std::span<const double> scores, std::span<const std::size_t> classes,
                                       std::size_t positive) {
  double wins = 0;
  double positives = 0;
  double negatives = 0;
  for_each_tie(scores, classes, positive, [&](const Tie& tie) {
    wins += tie.positives * (tie.negatives_below + tie.negatives / 2);
    positives += tie.positives;
    negatives += tie.negatives;
  });
  if (positives == 0 || negatives == 0) return std::nullopt;
  return wins / (positives * negatives);
}

void add_influences(std::span<const double> scores, std::span<const std::size_t> classes,
                    std::size_t positive, double weight, std::span<double> influences) {
  const auto area = area_under_curve(scores, classes, positive);
  if (!area) return;
  const auto all_positives = static_cast<double>(std::count(classes.begin(), classes.end(), positive));
  const double all_negatives = static_cast<double>(classes.size()) - all_positives;
  for_each_tie(scores, classes, positive, [&](const Tie& tie) {
    const double of_positive = (tie.negatives_below + tie.negatives / 2) / all_negatives;
    const double of_negative = 1 - (tie.positives_below + tie.positives / 2) / all_positives;
    for (const std::size_t row : tie.rows) {
      influences[row] += weight * (classes[row] == positive ? (of_positive - *area) / all_positives
                                                            : (of_negative - *area) / all_negatives);
    }
  });
}

double macro_f1(std::span<const std::size_t> predicted, std::span<const std::size_t> truth,
                std::size_t classes) {
  std::vector<double> hits(classes);
  std::vector<double> named(classes);  // in prediction and in truth, both counted
  for (std::size_t row = 0; row < truth.size(); ++row) {
    if (predicted[row] == truth[row]) hits[truth[row]] += 1;
    named[predicted[row]] += 1;
    named[truth[row]] += 1;
  }
  double sum = 0;
  double occurring = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    if (named[c] == 0) continue;
    sum += 2 * hits[c] / named[c];
    occurring += 1;
  }
  return occurring == 0 ? 0 : sum / occurring;
}

std::optional<double> r_squared(std::span<const double> predicted, std::span<const double> truth) {
  const double mean = std::accumulate(truth.begin(), truth.end(), 0.0) / static_cast<double>(truth.size());
  double errors = 0;
  double spread = 0;
  for (std::size_t row = 0; row < truth.size(); ++row) {
    errors += (truth[row] - predicted[row]) * (truth[row] - predicted[row]);
    spread += (truth[row] - mean) * (truth[row] - mean);
  }
  if (spread == 0) return std::nullopt;
  return 1 - errors / spread;
}

}  // namespace ctgan::synth::evaluate
