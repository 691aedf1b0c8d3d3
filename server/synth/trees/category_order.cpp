#include "server/synth/trees/category_order.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace ctgan::synth::trees {
namespace {

std::vector<double> rows_of(std::span<const State> states, std::size_t count) {
  std::vector<double> rows(count);
  for (const State state : states) ++rows[state];
  return rows;
}

std::vector<double> mean_ranks(std::span<const State> predictor, const std::vector<double>& rows,
                               std::span<const std::uint16_t> ranks) {
  std::vector<double> means(rows.size());
  for (std::size_t row = 0; row < predictor.size(); ++row) means[predictor[row]] += ranks[row];
  for (std::size_t c = 0; c < means.size(); ++c) means[c] /= std::max(rows[c], 1.0);
  return means;
}

// Rows with a category and a class; only pairs that occur.
struct Cell {
  State category = 0;
  State target = 0;
  double rows = 0;
};

std::vector<Cell> contingency(std::span<const State> predictor, std::span<const State> target) {
  std::vector<std::uint32_t> keys(predictor.size());
  for (std::size_t row = 0; row < keys.size(); ++row)
    keys[row] = (std::uint32_t{predictor[row]} << 16U) | target[row];
  std::sort(keys.begin(), keys.end());
  std::vector<Cell> cells;
  for (const std::uint32_t key : keys) {
    const auto category = static_cast<State>(key >> 16U), cls = static_cast<State>(key & 0xffffU);
    if (cells.empty() || cells.back().category != category || cells.back().target != cls)
      cells.push_back({category, cls, 0});
    ++cells.back().rows;
  }
  return cells;
}

// The same for few categories and classes, without sorting rows.
std::vector<Cell> dense_contingency(std::span<const State> predictor, std::size_t categories,
                                    std::span<const State> target, std::size_t classes) {
  std::vector<std::uint32_t> counts(categories * classes);
  for (std::size_t row = 0; row < predictor.size(); ++row) ++counts[predictor[row] * classes + target[row]];
  std::vector<Cell> cells;
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] > 0)
      cells.push_back(
          {static_cast<State>(i / classes), static_cast<State>(i % classes), static_cast<double>(counts[i])});
  return cells;
}

// Where each category's class shares lie on the first principal component of all of them, weighted by rows: by
// the power method, of which so few steps do since only the order is wanted.
std::vector<double> principal_scores(const std::vector<Cell>& cells, const std::vector<double>& category_rows,
                                     const std::vector<double>& class_rows, double rows) {
  constexpr int k_steps = 12;
  std::vector<double> axis(class_rows.size()), scores(category_rows.size());
  // Any start that is not orthogonal to the component: the classes' numbers are not likely to be.
  std::iota(axis.begin(), axis.end(), 1.0);
  for (int step = 0; step < k_steps; ++step) {
    const double middle = std::inner_product(axis.begin(), axis.end(), class_rows.begin(), 0.0) / rows;
    std::fill(scores.begin(), scores.end(), 0.0);
    for (const Cell& cell : cells) scores[cell.category] += cell.rows * (axis[cell.target] - middle);
    for (std::size_t c = 0; c < scores.size(); ++c) scores[c] /= std::max(category_rows[c], 1.0);
    std::fill(axis.begin(), axis.end(), 0.0);
    double weighted = 0;
    for (const Cell& cell : cells) axis[cell.target] += cell.rows * scores[cell.category];
    for (std::size_t c = 0; c < scores.size(); ++c) weighted += category_rows[c] * scores[c];
    double length = 0;
    for (std::size_t k = 0; k < axis.size(); ++k) {
      axis[k] -= weighted * class_rows[k] / rows;
      length += axis[k] * axis[k];
    }
    if (!(length > 0)) break;
    for (double& coordinate : axis) coordinate /= std::sqrt(length);
  }
  return scores;
}

BinOfState bins_in_order(const std::vector<double>& scores, const std::vector<double>& rows, double all) {
  constexpr std::size_t k_most_category_bins = 255;
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&scores](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
  const double rows_a_bin = scores.size() > k_most_category_bins ? all / k_most_category_bins : 0;
  BinOfState bins(scores.size());
  std::size_t bin = 0;
  double pending = 0;
  for (const std::size_t category : order) {
    bins[category] = static_cast<Bin>(bin);
    pending += rows[category];
    if (pending < rows_a_bin || bin == k_most_category_bins) continue;
    ++bin;
    pending = 0;
  }
  return bins;
}

}  // namespace

BinOfState category_bins(std::span<const State> predictor, std::size_t categories,
                         std::span<const State> target, std::size_t target_states,
                         std::span<const std::uint16_t> ranks) {
  const std::vector<double> rows = rows_of(predictor, categories);
  const auto all = static_cast<double>(predictor.size());
  if (!ranks.empty()) return bins_in_order(mean_ranks(predictor, rows, ranks), rows, all);
  const bool few = categories * target_states <= predictor.size();
  const std::vector<Cell> cells =
      few ? dense_contingency(predictor, categories, target, target_states) : contingency(predictor, target);
  return bins_in_order(principal_scores(cells, rows, rows_of(target, target_states), all), rows, all);
}

}  // namespace ctgan::synth::trees
