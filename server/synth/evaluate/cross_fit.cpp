#include "server/synth/evaluate/cross_fit.h"

#include <algorithm>
#include <cmath>

#include "server/synth/evaluate/cholesky.h"
#include "server/synth/evaluate/row_sample.h"

namespace ctgan::synth::evaluate {
namespace {

constexpr int k_newton_steps = 25;
constexpr double k_converged = 1e-8;
// Of the mean loss, on half the squared weights: keeps them finite where a score tells everybody.
constexpr double k_ridge = 1e-3;
constexpr double k_farthest = 8;  // standard deviations

// Rows of inputs and, behind them, a 1.
struct Design {
  std::size_t width = 0;
  std::vector<double> cells;

  const double* row(std::size_t place) const { return cells.data() + place * width; }
};

// Members first.
Design design_of(const std::vector<TestedScores>& inputs) {
  const std::size_t rows = inputs.front().members.size() + inputs.front().others.size();
  Design design{inputs.size() + 1, std::vector<double>(rows * (inputs.size() + 1), 1.0)};
  for (std::size_t input = 0; input < inputs.size(); ++input) {
    std::vector<double> numbers = inputs[input].members;
    numbers.insert(numbers.end(), inputs[input].others.begin(), inputs[input].others.end());
    double centre = 0;
    for (const double number : numbers) centre += number / static_cast<double>(rows);
    double squares = 0;
    for (const double number : numbers) squares += (number - centre) * (number - centre);
    const double scale = std::sqrt(squares / static_cast<double>(rows));
    for (std::size_t row = 0; row < rows; ++row) {
      const double scaled = scale > 0 ? (numbers[row] - centre) / scale : 0;
      design.cells[row * design.width + input] = std::clamp(scaled, -k_farthest, k_farthest);
    }
  }
  return design;
}

double log_odds(const double* row, const std::vector<double>& weights) {
  double sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * row[i];
  return sum;
}

// Each row's fold; rows of each class are dealt in the order of a shuffle.
std::vector<std::size_t> deal(std::size_t rows, random::Stream random) {
  std::vector<std::size_t> folds(rows);
  const std::vector<std::uint32_t> order = draw_rows(rows, rows, random);
  for (std::size_t place = 0; place < rows; ++place) folds[order[place]] = place % k_combination_folds;
  return folds;
}

struct Rows {
  const Design& design;
  std::size_t members;             // rows before it are members
  std::vector<std::size_t> folds;  // of each row
};

// One step of Newton's method towards the least penalised loss on the rows of all other folds; its length.
double step(const Rows& rows, std::size_t fold, std::vector<double>& weights) {
  const std::size_t n = weights.size();
  const double others = static_cast<double>(rows.folds.size() - rows.members);
  std::vector<double> hessian(n * n);
  std::vector<double> gradient(n);
  for (std::size_t i = 0; i < n; ++i) {
    hessian[i * n + i] = k_ridge;
    gradient[i] = -k_ridge * weights[i];
  }
  for (std::size_t row = 0; row < rows.folds.size(); ++row) {
    if (rows.folds[row] == fold) continue;
    const double* cells = rows.design.row(row);
    const bool member = row < rows.members;
    const double probability = 1 / (1 + std::exp(-log_odds(cells, weights)));
    const double weight = 0.5 / (member ? static_cast<double>(rows.members) : others);
    for (std::size_t i = 0; i < n; ++i) {
      gradient[i] += weight * ((member ? 1 : 0) - probability) * cells[i];
      for (std::size_t j = 0; j <= i; ++j) {
        hessian[i * n + j] += weight * probability * (1 - probability) * cells[i] * cells[j];
      }
    }
  }
  const std::vector<double> change = solved(std::move(hessian), std::move(gradient), k_ridge);
  double length = 0;
  for (std::size_t i = 0; i < n; ++i) {
    weights[i] += change[i];
    length += std::abs(change[i]);
  }
  return length;
}

}  // namespace

TestedScores cross_fitted(const std::vector<TestedScores>& inputs, std::uint64_t seed) {
  const Design design = design_of(inputs);
  const std::size_t members = inputs.front().members.size();
  Rows rows{design, members, deal(members, stream_for(seed, Purpose::membership_folds, 0))};
  const std::vector<std::size_t> others =
      deal(inputs.front().others.size(), stream_for(seed, Purpose::membership_folds, 1));
  rows.folds.insert(rows.folds.end(), others.begin(), others.end());
  std::vector<double> scores(rows.folds.size());
  for (std::size_t fold = 0; fold < k_combination_folds; ++fold) {
    std::vector<double> weights(design.width);
    for (int steps = 0; steps < k_newton_steps && step(rows, fold, weights) > k_converged; ++steps) {
    }
    for (std::size_t row = 0; row < scores.size(); ++row) {
      if (rows.folds[row] == fold) scores[row] = log_odds(design.row(row), weights);
    }
  }
  const auto middle = scores.begin() + static_cast<std::ptrdiff_t>(members);
  return {{scores.begin(), middle}, {middle, scores.end()}};
}

}  // namespace ctgan::synth::evaluate
