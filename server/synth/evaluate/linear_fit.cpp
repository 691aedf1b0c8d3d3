#include "server/synth/evaluate/linear_fit.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "server/synth/evaluate/cholesky.h"

namespace ctgan::synth::evaluate {
namespace {

constexpr double k_ridge = 1e-9;
constexpr std::size_t k_rows_an_input = 10;
constexpr std::size_t k_fewest_rows = 50;

double number(const ComparedTables& tables, std::size_t column, Side side, std::size_t row) {
  return tables.columns[column].of(side).numbers[row];
}

// Rows in which neither the target nor an input is missing.
std::vector<std::size_t> complete_rows(const ComparedTables& tables, const std::vector<std::size_t>& columns,
                                       Side side) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < tables.rows(side); ++row) {
    const auto there = [&](std::size_t column) { return std::isfinite(number(tables, column, side, row)); };
    if (std::all_of(columns.begin(), columns.end(), there)) rows.push_back(row);
  }
  return rows;
}

std::pair<double, double> centre_and_scale(const ComparedTables& tables, std::size_t column,
                                           const std::vector<std::size_t>& rows) {
  double sum = 0;
  for (const std::size_t row : rows) sum += number(tables, column, Side::original, row);
  const double centre = sum / static_cast<double>(rows.size());
  double squares = 0;
  for (const std::size_t row : rows) {
    const double from = number(tables, column, Side::original, row) - centre;
    squares += from * from;
  }
  return {centre, std::sqrt(squares / static_cast<double>(rows.size()))};
}

std::vector<double> weights_of(const LinearFit& fit, const ComparedTables& tables,
                               const std::vector<std::size_t>& rows) {
  const std::size_t n = fit.inputs.size();
  std::vector<double> products(n * n);
  std::vector<double> with_target(n);
  std::vector<double> scaled(n);
  for (const std::size_t row : rows) {
    for (std::size_t i = 0; i < n; ++i)
      scaled[i] = (number(tables, fit.inputs[i], Side::original, row) - fit.centre[i]) / fit.scale[i];
    const double target = (number(tables, fit.target, Side::original, row) - fit.centre[n]) / fit.scale[n];
    for (std::size_t i = 0; i < n; ++i) {
      with_target[i] += scaled[i] * target;
      for (std::size_t j = 0; j <= i; ++j) products[i * n + j] += scaled[i] * scaled[j];
    }
  }
  for (std::size_t i = 0; i < n; ++i) products[i * n + i] += k_ridge * static_cast<double>(rows.size());
  return solved(std::move(products), std::move(with_target), k_ridge);
}

}  // namespace

std::optional<LinearFit> fit_linear(const ComparedTables& tables, std::size_t target,
                                    const std::vector<std::size_t>& inputs) {
  LinearFit fit;
  fit.target = target;
  std::vector<std::size_t> all = inputs;
  all.push_back(target);
  const std::vector<std::size_t> rows = complete_rows(tables, all, Side::original);
  if (rows.size() < std::max(k_fewest_rows, k_rows_an_input * inputs.size())) return std::nullopt;
  for (const std::size_t column : inputs) {
    const auto [centre, scale] = centre_and_scale(tables, column, rows);
    if (!(scale > 0)) continue;
    fit.inputs.push_back(column);
    fit.centre.push_back(centre);
    fit.scale.push_back(scale);
  }
  const auto [centre, scale] = centre_and_scale(tables, target, rows);
  if (!(scale > 0) || fit.inputs.empty()) return std::nullopt;
  fit.centre.push_back(centre);
  fit.scale.push_back(scale);
  fit.weights = weights_of(fit, tables, rows);
  const auto r2 = r2_of(fit, tables, Side::original);
  if (!r2) return std::nullopt;
  fit.r2 = *r2;
  return fit;
}

std::optional<double> r2_of(const LinearFit& fit, const ComparedTables& tables, Side side) {
  std::vector<std::size_t> all = fit.inputs;
  all.push_back(fit.target);
  const std::vector<std::size_t> rows = complete_rows(tables, all, side);
  const std::size_t n = fit.inputs.size();
  double mean = 0;
  for (const std::size_t row : rows)
    mean += number(tables, fit.target, side, row) / static_cast<double>(rows.size());
  double errors = 0;
  double deviations = 0;
  for (const std::size_t row : rows) {
    double predicted = fit.centre[n];
    for (std::size_t i = 0; i < n; ++i)
      predicted += fit.weights[i] * fit.scale[n] *
                   (number(tables, fit.inputs[i], side, row) - fit.centre[i]) / fit.scale[i];
    const double value = number(tables, fit.target, side, row);
    errors += (value - predicted) * (value - predicted);
    deviations += (value - mean) * (value - mean);
  }
  if (!(deviations > 0)) return std::nullopt;
  return 1 - errors / deviations;
}

}  // namespace ctgan::synth::evaluate
