#include "server/synth/native_execution/generator.h"

#include <algorithm>
#include <string>

#include "server/synth/native_execution/factors.h"

namespace ctgan::synth::native_execution {
namespace {

using kernels::AlignedBuffer;
using kernels::Panels;

// PyTorch's defaults for BatchNorm1d.
constexpr double k_norm_momentum = 0.1;
constexpr double k_norm_epsilon = 1e-5;

std::string block_name(std::size_t index) {
  return "block" + std::to_string(index);
}

}  // namespace

template <typename T>
Generator<T>::Block::Block(const networks::ParameterArena& arena, const std::string& name)
    : linear(arena, name + ".linear"),
      norm_weight(load_panels<T>(arena, name + ".norm.weight")),
      norm_bias(load_panels<T>(arena, name + ".norm.bias")),
      running_mean(load_panels<T>(arena, name + ".norm.running_mean")),
      running_variance(load_panels<T>(arena, name + ".norm.running_var")),
      inverse_deviation(1, linear.outputs()) {}

template <typename T>
Generator<T>::Generator(const networks::CtganShape& shape, const networks::ParameterArena& arena,
                        const kernels::Kernels<T>& kernels, threads::ThreadPool& pool)
    : kernels_(kernels),
      pool_(pool),
      condition_width_(shape.layout.condition_width),
      output_(arena, "output"),
      latent_(0, shape.embedding_dim) {
  for (std::size_t i = 0; i < shape.generator_dim.size(); ++i) blocks_.emplace_back(arena, block_name(i));
  plan_updates();
}

// The longest first: the threads then end together.
template <typename T>
void Generator<T>::plan_updates() {
  for (std::size_t layer = 0; layer <= blocks_.size(); ++layer)
    for (std::size_t panel = 0; panel < linear(layer).weight.values.panels(); ++panel)
      for (std::size_t i = 0; i <= parts(layer); ++i) updates_.push_back({layer, panel, i});
  const auto inputs = [this](const Update& update) {
    if (update.part < update.layer) return blocks_[update.layer - 1 - update.part].linear.outputs();
    return update.part == update.layer ? latent_.columns() : 0;
  };
  std::stable_sort(updates_.begin(), updates_.end(),
                   [&](const Update& a, const Update& b) { return inputs(a) > inputs(b); });
}

template <typename T>
const Linear<T>& Generator<T>::linear(std::size_t layer) const {
  return layer < blocks_.size() ? blocks_[layer].linear : output_;
}

template <typename T>
Linear<T>& Generator<T>::linear(std::size_t layer) {
  return layer < blocks_.size() ? blocks_[layer].linear : output_;
}

template <typename T>
const Panels<T>& Generator<T>::part(std::size_t layer, std::size_t index) const {
  return index < layer ? blocks_[layer - 1 - index].activated : latent_;
}

template <typename T>
std::size_t Generator<T>::part_row(std::size_t layer, std::size_t index) const {
  std::size_t row = 0;
  for (std::size_t i = 0; i < index; ++i) row += part(layer, i).columns();
  return row;
}

template <typename T>
kernels::NormTile<T> Generator<T>::norm_tile(Block& block, std::size_t panel) const {
  return {.weight = block.norm_weight.values.panel(panel),
          .bias = block.norm_bias.values.panel(panel),
          .running_mean = block.running_mean.panel(panel),
          .running_variance = block.running_variance.panel(panel),
          .inverse_deviation = block.inverse_deviation.panel(panel),
          .momentum = static_cast<T>(k_norm_momentum),
          .epsilon = static_cast<T>(k_norm_epsilon)};
}

template <typename T>
void Generator<T>::load(const networks::GeneratorInput& input) {
  if (latent_.rows() != input.rows) {
    latent_ = Panels<T>(input.rows, latent_.columns());
    logits_ = Panels<T>(input.rows, output_.outputs());
    for (Block& block : blocks_)
      for (Panels<T>* buffer : {&block.normalised, &block.activated, &block.gradient})
        *buffer = Panels<T>(input.rows, block.linear.outputs());
  }
  const std::size_t width = latent_.columns();
  pool_.run(latent_.panels(), [&](std::size_t panel) {
    for (std::size_t row = 0; row < input.rows; ++row)
      std::copy_n(input.latent.begin() + static_cast<std::ptrdiff_t>(row * width + panel * k_panel_columns),
                  columns_in(width, panel), latent_.panel(panel, row));
  });
}

template <typename T>
void Generator<T>::sum_inputs(std::size_t layer, std::size_t panel, std::size_t row, std::size_t rows,
                              const networks::GeneratorInput& input, T* tile) const {
  const Linear<T>& weights = linear(layer);
  std::size_t weight_row = 0;
  for (std::size_t i = 0; i < parts(layer); ++i) {
    const Panels<T>& from = part(layer, i);
    const T* const right = weights.weight.values.panel(panel, weight_row);
    if (i == 0)
      kernels_.multiply_from(rows_of(from, row), rows, from.columns(), right,
                             weights.bias.values.panel(panel), tile);
    else
      kernels_.multiply(rows_of(from, row), rows, from.columns(), right, tile, true);
    weight_row += from.columns();
  }
  if (condition_width_ > 0)
    kernels_.add_rows(tile, rows, weights.weight.values.panel(panel, weight_row),
                      input.condition.data() + row);
}

template <typename T>
void Generator<T>::forward_block(Block& block, std::size_t layer, const networks::GeneratorInput& input) {
  pool_.run(block.activated.panels(), [&](std::size_t panel) {
    sum_inputs(layer, panel, 0, input.rows, input, block.normalised.panel(panel));
    kernels_.normalise(block.normalised.panel(panel), input.rows, norm_tile(block, panel),
                       block.activated.panel(panel));
  });
}

template <typename T>
void Generator<T>::forward_output(const networks::GeneratorInput& input) {
  const std::size_t stretches = (input.rows + k_output_rows_a_task - 1) / k_output_rows_a_task;
  pool_.run(logits_.panels() * stretches, [&](std::size_t task) {
    const std::size_t panel = task % logits_.panels(), row = task / logits_.panels() * k_output_rows_a_task;
    sum_inputs(blocks_.size(), panel, row, std::min(k_output_rows_a_task, input.rows - row), input,
               logits_.panel(panel, row));
  });
}

template <typename T>
const Panels<T>& Generator<T>::forward(const networks::GeneratorInput& input) {
  load(input);
  for (std::size_t i = 0; i < blocks_.size(); ++i) forward_block(blocks_[i], i, input);
  forward_output(input);
  return logits_;
}

// The block's activations are read by every later layer.
template <typename T>
void Generator<T>::backward_block(std::size_t index, const Panels<T>& logits_gradient,
                                  const Optimizer<T>& optimizer) {
  Block& block = blocks_[index];
  const std::size_t rows = latent_.rows();
  pool_.run(block.gradient.panels(), [&](std::size_t panel) {
    T* tile = block.gradient.panel(panel);
    for (std::size_t layer = index + 1; layer <= blocks_.size(); ++layer) {
      const Panels<T>& weights = linear(layer).weight.values;
      const std::size_t first = part_row(layer, layer - 1 - index) + panel * k_panel_columns;
      auto right = AlignedBuffer<T>::unfilled(weights.columns() * k_panel_columns);
      kernels_.transpose(weights.panel(0, first), weights.panel_stride(),
                         columns_in(block.gradient.columns(), panel), weights.columns(), right.data());
      const Panels<T>& gradient = layer < blocks_.size() ? blocks_[layer].gradient : logits_gradient;
      kernels_.multiply(rows_of(gradient, 0), rows, weights.columns(), right.data(), tile, layer > index + 1);
    }
    alignas(64) T by_weight[k_panel_columns], by_bias[k_panel_columns];
    kernels_.normalise_backward(tile, rows, norm_tile(block, panel), block.normalised.panel(panel),
                                block.activated.panel(panel), {by_weight, by_bias});
    optimizer.apply(block.norm_weight, panel, 0, 1, by_weight);
    optimizer.apply(block.norm_bias, panel, 0, 1, by_bias);
  });
}

template <typename T>
void Generator<T>::update_part(std::size_t layer, std::size_t panel, std::size_t index,
                               const Panels<T>& gradient, const Optimizer<T>& optimizer) {
  const Panels<T>& from = part(layer, index);
  auto slope = AlignedBuffer<T>::unfilled(from.columns() * k_panel_columns);
  for (std::size_t i = 0; i < from.panels(); ++i)
    kernels_.multiply(columns_of(from, i, 0, from.rows()), columns_in(from.columns(), i), from.rows(),
                      gradient.panel(panel), slope.data() + i * k_panel_columns * k_panel_columns, false);
  optimizer.apply(linear(layer).weight, panel, part_row(layer, index), from.columns(), slope.data());
}

// The condition's part of the weights, and the bias.
template <typename T>
void Generator<T>::update_condition(std::size_t layer, std::size_t panel,
                                    const networks::GeneratorInput& input, const Panels<T>& gradient,
                                    const Optimizer<T>& optimizer) {
  Linear<T>& weights = linear(layer);
  AlignedBuffer<T> slope(std::max<std::size_t>(condition_width_, 1) * k_panel_columns);
  if (condition_width_ > 0) {
    kernels_.scatter_rows(slope.data(), input.rows, gradient.panel(panel), input.condition.data());
    optimizer.apply(weights.weight, panel, weights.inputs() - condition_width_, condition_width_,
                    slope.data());
  }
  kernels_.sum_rows(gradient.panel(panel), input.rows, slope.data());
  optimizer.apply(weights.bias, panel, 0, 1, slope.data());
}

template <typename T>
void Generator<T>::backward(const networks::GeneratorInput& input, const Panels<T>& logits_gradient,
                            const Optimizer<T>& optimizer) {
  for (std::size_t i = blocks_.size(); i-- > 0;) backward_block(i, logits_gradient, optimizer);
  pool_.run(updates_.size(), [&](std::size_t i) {
    const Update& update = updates_[i];
    const Panels<T>& gradient =
        update.layer < blocks_.size() ? blocks_[update.layer].gradient : logits_gradient;
    if (update.part < parts(update.layer))
      update_part(update.layer, update.panel, update.part, gradient, optimizer);
    else
      update_condition(update.layer, update.panel, input, gradient, optimizer);
  });
}

template <typename T>
TrainedTensors<T> Generator<T>::tensors() {
  TrainedTensors<T> found;
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    Block& block = blocks_[i];
    const std::string norm = block_name(i) + ".norm";
    block.linear.add_to(found, block_name(i) + ".linear");
    found.weights.push_back({norm + ".weight", &block.norm_weight});
    found.weights.push_back({norm + ".bias", &block.norm_bias});
    found.statistics.push_back({norm + ".running_mean", &block.running_mean});
    found.statistics.push_back({norm + ".running_var", &block.running_variance});
  }
  output_.add_to(found, "output");
  return found;
}

template class Generator<float>;
template class Generator<double>;

}  // namespace ctgan::synth::native_execution
