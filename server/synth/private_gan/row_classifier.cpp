#include "server/synth/private_gan/row_classifier.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "common/errors/error.h"
#include "server/synth/native_execution/factors.h"
#include "server/synth/networks/linear_parameters.h"

namespace ctgan::synth::private_gan {
namespace {

using kernels::AlignedBuffer;
using kernels::k_panel_columns;
using kernels::Panels;
using native_execution::columns_in;
using native_execution::columns_of;
using native_execution::Linear;
using native_execution::rows_of;

constexpr double k_leak = 0.2;
constexpr std::array<float, k_panel_columns> k_no_dropout = [] {
  std::array<float, k_panel_columns> ones{};
  for (float& one : ones) one = 1;
  return ones;
}();

double sigmoid(double score) {
  return 1 / (1 + std::exp(-score));
}

// ln(1 + exp(x)).
double softplus(double x) {
  return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}

double square(const Panels<double>& matrix, std::size_t row) {
  double sum = 0;
  for (std::size_t panel = 0; panel < matrix.panels(); ++panel) {
    const double* const numbers = matrix.panel(panel, row);
    for (std::size_t i = 0; i < k_panel_columns; ++i) sum += numbers[i] * numbers[i];
  }
  return sum;
}

// A weight that is no number, or so large that some row's gradient would be none, would show through all noise.
void require_moderate(const double* weights, std::size_t count) {
  constexpr double k_most = 1e20;
  const bool are_moderate =
      std::all_of(weights, weights + count, [](double weight) { return std::abs(weight) < k_most; });
  if (!are_moderate)
    throw errors::Error(errors::Kind::job_failed, "training ended early: weights grew beyond all bounds",
                        "lower --discriminator-lr");
}

std::vector<Linear<double>> started_layers(std::size_t inputs, const std::vector<std::size_t>& hidden,
                                           random::Stream& start) {
  std::vector<networks::Parameter> parameters;
  for (std::size_t i = 0; i <= hidden.size(); ++i) {
    const std::size_t outputs = i < hidden.size() ? hidden[i] : 1;
    networks::add_linear(parameters, "layer" + std::to_string(i), inputs, outputs);
    inputs = outputs;
  }
  networks::ParameterArena arena(std::move(parameters));
  arena.initialise(start);
  std::vector<Linear<double>> layers;
  for (std::size_t i = 0; i <= hidden.size(); ++i) {
    layers.emplace_back(arena, "layer" + std::to_string(i));
    layers.back().weight.start_moments();
    layers.back().bias.start_moments();
  }
  return layers;
}

}  // namespace

RowClassifier::RowClassifier(std::size_t inputs, const std::vector<std::size_t>& hidden,
                             random::Stream& start, const networks::OptimizerOptions& optimizer,
                             threads::ThreadPool& pool)
    : kernels_(kernels::kernels<double>(kernels::chosen_instructions())),
      pool_(pool),
      layers_(started_layers(inputs, hidden, start)),
      adam_(optimizer, kernels_) {
  for (std::size_t layer = 0; layer < layers_.size(); ++layer)
    for (std::size_t panel = 0; panel < layers_[layer].weight.values.panels(); ++panel) {
      tiles_.push_back({layer, panel, parameters_});
      parameters_ += (layers_[layer].inputs() + 1) * columns_in(layers_[layer].outputs(), panel);
    }
}

void RowClassifier::sum_first(const ClassifiedRows& rows, std::size_t panel) {
  const Linear<double>& first = layers_.front();
  double* const tile = activations_.front().values.panel(panel);
  const double* const bias = first.bias.values.panel(panel);
  const double* const weights = first.weight.values.panel(panel);
  if (rows.whole != nullptr) {
    kernels_.multiply_from(rows_of(*rows.whole, 0), rows.count, first.inputs(), weights, bias, tile);
    return;
  }
  kernels_.fill_rows(tile, rows.count, bias);
  kernels_.add_sparse(tile, rows.count, 1, rows.sparse, weights);
}

void RowClassifier::forward(const ClassifiedRows& rows) {
  if (rows_ != rows.count || activations_.empty()) {
    rows_ = rows.count;
    activations_.clear();
    for (const Linear<double>& layer : layers_) {
      const auto buffer = [&] { return Panels<double>(rows_, layer.outputs()); };
      activations_.push_back({buffer(), buffer(), buffer()});
    }
  }
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const Linear<double>& layer = layers_[i];
    Activations& to = activations_[i];
    const bool is_last = i + 1 == layers_.size();
    pool_.run(to.values.panels(), [&](std::size_t panel) {
      if (i == 0)
        sum_first(rows, panel);
      else
        kernels_.multiply_from(rows_of(activations_[i - 1].values, 0), rows_, layer.inputs(),
                               layer.weight.values.panel(panel), layer.bias.values.panel(panel),
                               to.values.panel(panel));
      if (!is_last)
        kernels_.leaky_dropout(to.values.panel(panel), to.slope.panel(panel), rows_, k_leak,
                               k_no_dropout.data(), 0, columns_in(layer.outputs(), panel));
    });
  }
}

void RowClassifier::backward() {
  for (std::size_t i = layers_.size() - 1; i-- > 0;) {
    const Panels<double>& weights = layers_[i + 1].weight.values;
    Activations& to = activations_[i];
    pool_.run(to.gradient.panels(), [&](std::size_t panel) {
      double* const gradient = to.gradient.panel(panel);
      auto right = AlignedBuffer<double>::unfilled(weights.columns() * k_panel_columns);
      kernels_.transpose(weights.panel(0, panel * k_panel_columns), weights.panel_stride(),
                         columns_in(weights.rows(), panel), weights.columns(), right.data());
      kernels_.multiply(rows_of(activations_[i + 1].gradient, 0), rows_, weights.columns(), right.data(),
                        gradient, false);
      kernels_.multiply_elements(gradient, rows_, to.slope.panel(panel));
    });
  }
}

double RowClassifier::square_of_inputs(std::size_t layer, const ClassifiedRows& rows, std::size_t row) const {
  if (layer > 0) return square(activations_[layer - 1].values, row);
  if (rows.whole != nullptr) return square(*rows.whole, row);
  double sum = 0;
  const double* const numbers = rows.sparse.value + row * rows.sparse.entries;
  for (std::size_t i = 0; i < rows.sparse.entries; ++i) sum += numbers[i] * numbers[i];
  return sum;
}

void RowClassifier::scale_to(double bound, const ClassifiedRows& rows) {
  // What the length is computed wrong by is far less.
  constexpr double k_but_rounding = 1 - 1e-9;
  std::vector<double> factors(rows_);
  pool_.run(kernels::panels_of(rows_), [&](std::size_t task) {
    const std::size_t first = task * k_panel_columns;
    for (std::size_t row = first; row < first + columns_in(rows_, task); ++row) {
      double length = 0;
      for (std::size_t layer = 0; layer < layers_.size(); ++layer)
        length += square(activations_[layer].gradient, row) * (square_of_inputs(layer, rows, row) + 1);
      factors[row] = std::min(1.0, bound * k_but_rounding / std::sqrt(length));
    }
  });
  for (Activations& one : activations_)
    pool_.run(one.gradient.panels(), [&](std::size_t panel) {
      kernels_.scale_rows(one.gradient.panel(panel), rows_, factors.data());
    });
}

void RowClassifier::add_tile(const ClassifiedRows& rows, const Tile& tile, std::span<double> sum) {
  const std::size_t inputs = layers_[tile.layer].inputs();
  const std::size_t columns = columns_in(layers_[tile.layer].outputs(), tile.panel);
  const double* const gradient = activations_[tile.layer].gradient.panel(tile.panel);
  AlignedBuffer<double> slope((inputs + 1) * k_panel_columns);
  const auto multiply = [&](const Panels<double>& from) {
    for (std::size_t i = 0; i < from.panels(); ++i)
      kernels_.multiply(columns_of(from, i, 0, rows_), columns_in(from.columns(), i), rows_, gradient,
                        slope.data() + i * k_panel_columns * k_panel_columns, false);
  };
  if (tile.layer > 0)
    multiply(activations_[tile.layer - 1].values);
  else if (rows.whole != nullptr)
    multiply(*rows.whole);
  else
    kernels_.scatter_sparse(slope.data(), rows_, 1, 0, rows.sparse, 0, gradient);
  kernels_.sum_rows(gradient, rows_, slope.data() + inputs * k_panel_columns);
  double* to = sum.data() + tile.offset;
  for (std::size_t row = 0; row <= inputs; ++row)
    for (std::size_t i = 0; i < columns; ++i) *to++ += slope[row * k_panel_columns + i];
}

void RowClassifier::add_tiles(const ClassifiedRows& rows, std::span<double> sum) {
  pool_.run(tiles_.size(), [&](std::size_t i) { add_tile(rows, tiles_[i], sum); });
}

void RowClassifier::differentiate(const ClassifiedRows& rows, std::span<const double> targets,
                                  double weight) {
  forward(rows);
  Activations& last = activations_.back();
  for (std::size_t row = 0; row < rows_; ++row)
    last.gradient.at(row, 0) = weight * (sigmoid(last.values.at(row, 0)) - targets[row]);
  backward();
}

void RowClassifier::add_gradient_of(const ClassifiedRows& rows, std::span<const double> targets,
                                    double weight, std::span<double> sum) {
  if (rows.count == 0) return;
  differentiate(rows, targets, weight);
  add_tiles(rows, sum);
}

void RowClassifier::add_gradient(const ClassifiedRows& rows, bool are_real, double weight,
                                 std::span<double> sum) {
  add_gradient_of(rows, std::vector<double>(rows.count, are_real ? 1 : 0), weight, sum);
}

void RowClassifier::add_clipped_gradient(const ClassifiedRows& rows, double bound, std::span<double> sum) {
  if (rows.count == 0) return;
  differentiate(rows, std::vector<double>(rows.count, 1), 1);
  scale_to(bound, rows);
  add_tiles(rows, sum);
}

void RowClassifier::step(std::span<const double> gradient) {
  adam_.begin_step();
  pool_.run(tiles_.size(), [&](std::size_t i) {
    const Tile& tile = tiles_[i];
    Linear<double>& layer = layers_[tile.layer];
    const std::size_t columns = columns_in(layer.outputs(), tile.panel);
    AlignedBuffer<double> slope((layer.inputs() + 1) * k_panel_columns);
    const double* from = gradient.data() + tile.offset;
    for (std::size_t row = 0; row <= layer.inputs(); ++row)
      for (std::size_t column = 0; column < columns; ++column)
        slope[row * k_panel_columns + column] = *from++;
    adam_.apply(layer.weight, tile.panel, 0, layer.inputs(), slope.data());
    adam_.apply(layer.bias, tile.panel, 0, 1, slope.data() + layer.inputs() * k_panel_columns);
    require_moderate(layer.weight.values.panel(tile.panel), layer.inputs() * k_panel_columns);
  });
}

std::span<const double> RowClassifier::scores(const ClassifiedRows& rows) {
  scores_.resize(rows.count);
  if (rows.count == 0) return scores_;
  forward(rows);
  for (std::size_t row = 0; row < rows_; ++row) scores_[row] = activations_.back().values.at(row, 0);
  return scores_;
}

double RowClassifier::judge(const Panels<double>& rows) {
  forward({rows.rows(), &rows});
  Activations& last = activations_.back();
  const auto count = static_cast<double>(rows_);
  double loss = 0;
  for (std::size_t row = 0; row < rows_; ++row) {
    const double score = last.values.at(row, 0);
    loss += softplus(-score) / count;
    last.gradient.at(row, 0) = (sigmoid(score) - 1) / count;
  }
  backward();
  const Linear<double>& first = layers_.front();
  const Panels<double>& gradient = activations_.front().gradient;
  if (input_gradient_.rows() != first.inputs() || input_gradient_.columns() != rows_)
    input_gradient_ = Panels<double>(first.inputs(), rows_);
  pool_.run(input_gradient_.panels(), [&](std::size_t panel) {
    auto turned = AlignedBuffer<double>::unfilled(gradient.columns() * k_panel_columns);
    kernels_.transpose(gradient.panel(0, panel * k_panel_columns), gradient.panel_stride(),
                       columns_in(rows_, panel), gradient.columns(), turned.data());
    kernels_.multiply(rows_of(first.weight.values, 0), first.inputs(), gradient.columns(), turned.data(),
                      input_gradient_.panel(panel), false);
  });
  return loss;
}

}  // namespace ctgan::synth::private_gan
