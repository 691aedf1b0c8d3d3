#include "server/synth/native_execution/discriminator.h"

#include <array>
#include <cmath>
#include <string>

#include "server/synth/native_execution/factors.h"

namespace ctgan::synth::native_execution {
namespace {

using kernels::AlignedBuffer;
using kernels::Panels;
using kernels::panels_of;

std::size_t stretches(std::size_t inputs) {
  return (inputs + k_inputs_a_task - 1) / k_inputs_a_task;
}

}  // namespace

template <typename T>
Discriminator<T>::Discriminator(const networks::CtganShape& shape, const networks::CtganTraining& training,
                                const networks::ParameterArena& arena, const kernels::Kernels<T>& kernels,
                                threads::ThreadPool& pool)
    : kernels_(kernels),
      pool_(pool),
      training_(training),
      pac_(shape.pac),
      width_(shape.layout.width),
      condition_width_(shape.layout.condition_width),
      row_inputs_(shape.row_inputs()) {
  for (std::size_t i = 0; i < shape.discriminator_dim.size(); ++i)
    layers_.emplace_back(arena, "layer" + std::to_string(i));
  layers_.emplace_back(arena, "output");
  for (std::size_t panel = 0; panel < layers_.front().weight.values.panels(); ++panel)
    for (std::size_t member = 0; member < pac_; ++member) updates_.push_back({0, panel, member});
  for (std::size_t layer = 1; layer < layers_.size(); ++layer)
    for (std::size_t panel = 0; panel < layers_[layer].weight.values.panels(); ++panel)
      updates_.push_back({layer, panel, 0});
}

template <typename T>
void Discriminator<T>::resize(std::size_t rows) {
  if (groups_ == rows / pac_) return;
  groups_ = rows / pac_;
  activations_.clear();
  for (const Linear<T>& layer : layers_) {
    const auto buffer = [&] { return Panels<T>(all * groups_, layer.outputs()); };
    activations_.push_back({buffer(), buffer(), buffer()});
  }
  turned_.clear();
  for (std::size_t i = 0; i < panels_of(groups_); ++i)
    turned_.emplace_back(layers_.front().outputs() * k_panel_columns);
  slopes_ = Panels<T>(pac_ * row_inputs_, groups_);
  squares_ = AlignedBuffer<T>(stretches(slopes_.rows()) * panels_of(groups_) * k_panel_columns);
  direction_scale_.resize(groups_);
  input_gradient_ = Panels<T>(pac_ * width_, groups_);
}

template <typename T>
void Discriminator<T>::load_condition(std::span<const std::uint32_t> condition) {
  condition_.resize(condition.size());
  for (std::size_t row = 0; row < condition.size(); ++row)
    condition_[row % pac_ * groups_ + row / pac_] = condition[row];
}

template <typename T>
void Discriminator<T>::sum_fake(const Panels<T>& fake, std::size_t panel, T* tile) const {
  const Linear<T>& layer = layers_.front();
  for (std::size_t member = 0; member < pac_; ++member) {
    const std::size_t first = member * row_inputs_;
    const T* const right = layer.weight.values.panel(panel, first);
    if (member == 0)
      kernels_.multiply_from(rows_of(fake, member, pac_), groups_, width_, right,
                             layer.bias.values.panel(panel), tile);
    else
      kernels_.multiply(rows_of(fake, member, pac_), groups_, width_, right, tile, true);
    if (condition_width_ > 0)
      kernels_.add_rows(tile, groups_, layer.weight.values.panel(panel, first + width_),
                        member_condition(member));
  }
}

// One set of masks for each kind of groups. What the last hidden layer's gradient takes is known once its slopes
// are: the way back begins before the scores.
template <typename T>
void Discriminator<T>::activate(std::size_t layer, std::size_t panel,
                                std::span<const networks::DropoutMasks* const> dropout) {
  Activations& to = activations_[layer];
  const std::size_t width = to.values.columns();
  for (std::size_t i = 0; i < dropout.size(); ++i)
    kernels_.leaky_dropout(to.values.panel(panel, i * groups_), to.slope.panel(panel, i * groups_), groups_,
                           static_cast<T>(training_.leaky_slope),
                           (*dropout[i])[layer].data() + panel * k_panel_columns, width,
                           columns_in(width, panel));
  if (layer + 2 == layers_.size()) backward_panel(layer, panel, dropout.size());
}

template <typename T>
void Discriminator<T>::sum_inputs(std::size_t layer, std::size_t panel, std::size_t row, std::size_t rows) {
  const Linear<T>& linear = layers_[layer];
  kernels_.multiply_from(rows_of(activations_[layer - 1].values, row), rows, linear.inputs(),
                         linear.weight.values.panel(panel), linear.bias.values.panel(panel),
                         activations_[layer].values.panel(panel, row));
}

template <typename T>
void Discriminator<T>::forward_hidden(std::span<const networks::DropoutMasks* const> dropout) {
  for (std::size_t i = 1; i + 1 < layers_.size(); ++i)
    pool_.run(layers_[i].weight.values.panels(), [&](std::size_t panel) {
      sum_inputs(i, panel, 0, dropout.size() * groups_);
      activate(i, panel, dropout);
    });
}

// The gradient by the layer's sums, from that by the next one's.
template <typename T>
void Discriminator<T>::backward_panel(std::size_t layer, std::size_t panel, std::size_t passes) {
  const Panels<T>& weights = layers_[layer + 1].weight.values;
  Activations& to = activations_[layer];
  T* const gradient = to.gradient.panel(panel);
  auto right = AlignedBuffer<T>::unfilled(weights.columns() * k_panel_columns);
  kernels_.transpose(weights.panel(0, panel * k_panel_columns), weights.panel_stride(),
                     columns_in(weights.rows(), panel), weights.columns(), right.data());
  kernels_.multiply(rows_of(activations_[layer + 1].gradient, 0), passes * groups_, weights.columns(),
                    right.data(), gradient, false);
  kernels_.multiply_elements(gradient, passes * groups_, to.slope.panel(panel));
  if (layer == 0) turn_last(panel, gradient + (passes - 1) * groups_ * k_panel_columns);
}

template <typename T>
void Discriminator<T>::turn_last(std::size_t panel, const T* gradient) {
  const std::size_t columns = columns_in(layers_.front().outputs(), panel);
  for (std::size_t i = 0; i < turned_.size(); ++i)
    kernels_.transpose(gradient + i * k_panel_columns * k_panel_columns, 0, columns_in(groups_, i), columns,
                       turned_[i].data() + panel * k_panel_columns * k_panel_columns);
}

// Down to the first layer's sums; the scores of the first `scored` kinds of groups, which the way back does not
// wait for, are made beside it.
template <typename T>
void Discriminator<T>::finish_passes(std::size_t passes, std::size_t scored) {
  const std::size_t output = layers_.size() - 1, rows = scored * groups_;
  std::size_t scoring = panels_of(rows);
  const auto score = [&](std::size_t task) {
    const std::size_t row = task * k_panel_columns;
    sum_inputs(output, 0, row, std::min(k_panel_columns, rows - row));
  };
  for (std::size_t i = output - 1; i-- > 0;) {
    pool_.run(scoring + activations_[i].gradient.panels(), [&](std::size_t task) {
      if (task < scoring) return score(task);
      backward_panel(i, task - scoring, passes);
    });
    scoring = 0;
  }
  pool_.run(scoring, score);
}

template <typename T>
double Discriminator<T>::mean_score(std::size_t first) const {
  double sum = 0;
  for (std::size_t i = 0; i < groups_; ++i) sum += activations_.back().values.at(first + i, 0);
  return sum / static_cast<double>(groups_);
}

// g, as its transpose: first weights times the first layer's gradients.
template <typename T>
void Discriminator<T>::make_slopes_of_input() {
  const Panels<T>& weights = layers_.front().weight.values;
  pool_.run(stretches(weights.rows()), [&](std::size_t task) {
    const std::size_t row = task * k_inputs_a_task;
    const std::size_t rows = std::min(k_inputs_a_task, weights.rows() - row);
    T* sums = squares_.data() + task * turned_.size() * k_panel_columns;
    std::fill_n(sums, turned_.size() * k_panel_columns, T{0});
    for (std::size_t panel = 0; panel < turned_.size(); ++panel) {
      T* tile = slopes_.panel(panel, row);
      kernels_.multiply(rows_of(weights, row), rows, weights.columns(), turned_[panel].data(), tile, false);
      kernels_.sum_squares(tile, rows, sums + panel * k_panel_columns);
    }
  });
}

// The penalty, and the scale of each group's direction. A slope of zero has no direction.
template <typename T>
double Discriminator<T>::penalise(double weight_of_group) {
  const std::size_t stride = turned_.size() * k_panel_columns;
  double penalty = 0;
  for (std::size_t group = 0; group < groups_; ++group) {
    double square = 0;
    for (std::size_t i = group; i < squares_.size(); i += stride) square += squares_[i];
    const double norm = std::sqrt(square);
    penalty += weight_of_group * (norm - 1) * (norm - 1);
    direction_scale_[group] = norm > 0 ? static_cast<T>(2 * weight_of_group * (1 - 1 / norm)) : T{0};
  }
  return penalty;
}

template <typename T>
void Discriminator<T>::forward_tangent() {
  const std::size_t first = 2 * groups_;
  const Panels<T>& weights = layers_.front().weight.values;
  pool_.run(weights.panels(), [&](std::size_t panel) {
    Activations& to = activations_.front();
    for (std::size_t i = 0; i < slopes_.panels(); ++i)
      kernels_.multiply(columns_of(slopes_, i, 0, slopes_.rows()), columns_in(groups_, i), slopes_.rows(),
                        weights.panel(panel), to.values.panel(panel, first + i * k_panel_columns), false);
    kernels_.scale_rows(to.values.panel(panel, first), groups_, direction_scale_.data());
    kernels_.multiply_elements(to.values.panel(panel, first), groups_, to.slope.panel(panel, first));
    kernels_.scale_rows(to.gradient.panel(panel, first), groups_, direction_scale_.data());
  });
  for (std::size_t i = 1; i + 1 < layers_.size(); ++i)
    pool_.run(layers_[i].weight.values.panels(), [&](std::size_t panel) {
      Activations& to = activations_[i];
      kernels_.multiply(rows_of(activations_[i - 1].values, first), groups_, layers_[i].inputs(),
                        layers_[i].weight.values.panel(panel), to.values.panel(panel, first), false);
      kernels_.multiply_elements(to.values.panel(panel, first), groups_, to.slope.panel(panel, first));
    });
}

template <typename T>
void Discriminator<T>::update_first(const Panels<T>& fake, const kernels::SparseRows<T>& real,
                                    std::size_t panel, std::size_t member, const Optimizer<T>& optimizer) {
  const Panels<T>& gradient = activations_.front().gradient;
  const std::size_t first = member * row_inputs_;
  auto slope = AlignedBuffer<T>::unfilled(row_inputs_ * k_panel_columns);
  std::fill_n(slope.data() + width_ * k_panel_columns, condition_width_ * k_panel_columns, T{0});
  for (std::size_t i = 0; i < fake.panels(); ++i)
    kernels_.multiply(columns_of(fake, i, member, groups_, pac_), columns_in(width_, i), groups_,
                      gradient.panel(panel), slope.data() + i * k_panel_columns * k_panel_columns, false);
  kernels_.multiply(rows_of(slopes_, first), row_inputs_, groups_, gradient.panel(panel, 2 * groups_),
                    slope.data(), true);
  if (condition_width_ > 0)
    kernels_.scatter_rows(slope.data() + width_ * k_panel_columns, groups_, gradient.panel(panel),
                          member_condition(member));
  kernels_.scatter_sparse(slope.data(), groups_, pac_, member, real, static_cast<std::uint32_t>(first),
                          gradient.panel(panel, groups_));
  optimizer.apply(layers_.front().weight, panel, first, row_inputs_, slope.data());
}

template <typename T>
void Discriminator<T>::update_later(std::size_t layer, std::size_t panel, const Optimizer<T>& optimizer) {
  const Panels<T>& from = activations_[layer - 1].values;
  auto slope = AlignedBuffer<T>::unfilled(from.columns() * k_panel_columns);
  for (std::size_t i = 0; i < from.panels(); ++i)
    kernels_.multiply(columns_of(from, i, 0, from.rows()), columns_in(from.columns(), i), from.rows(),
                      activations_[layer].gradient.panel(panel),
                      slope.data() + i * k_panel_columns * k_panel_columns, false);
  optimizer.apply(layers_[layer].weight, panel, 0, from.columns(), slope.data());
}

// The penalty does not depend on the biases.
template <typename T>
void Discriminator<T>::update_bias(std::size_t layer, std::size_t panel, const Optimizer<T>& optimizer) {
  alignas(64) T slope[k_panel_columns];
  kernels_.sum_rows(activations_[layer].gradient.panel(panel), 2 * groups_, slope);
  optimizer.apply(layers_[layer].bias, panel, 0, 1, slope);
}

template <typename T>
DiscriminatorScores Discriminator<T>::train(const Panels<T>& fake, const kernels::SparseRows<T>& real,
                                            const networks::DiscriminatorBatch& batch,
                                            const Optimizer<T>& optimizer) {
  resize(fake.rows());
  load_condition(batch.fake.input.condition);
  const std::array<const networks::DropoutMasks*, all> dropout = {&batch.fake.dropout, &batch.real_dropout,
                                                                  &batch.interpolated_dropout};
  Panels<T>& by_score = activations_.back().gradient;
  const T share = T{1} / static_cast<T>(groups_);
  for (std::size_t i = 0; i < groups_; ++i) {
    by_score.at(i, 0) = share;
    by_score.at(groups_ + i, 0) = -share;
    by_score.at(2 * groups_ + i, 0) = 1;
  }
  const Linear<T>& first = layers_.front();
  pool_.run(first.weight.values.panels(), [&](std::size_t panel) {
    Panels<T>& sums = activations_.front().values;
    T *of_fake = sums.panel(panel), *of_real = sums.panel(panel, groups_);
    sum_fake(fake, panel, of_fake);
    kernels_.fill_rows(of_real, groups_, first.bias.values.panel(panel));
    kernels_.add_sparse(of_real, groups_, pac_, real, first.weight.values.panel(panel));
    kernels_.mix_rows(sums.panel(panel, 2 * groups_), groups_, batch.interpolation.data(), of_real, of_fake);
    activate(0, panel, dropout);
  });
  forward_hidden(dropout);
  finish_passes(all, fake_and_real);
  DiscriminatorScores scores{mean_score(0) - mean_score(groups_), 0};
  make_slopes_of_input();
  const double weight_of_group = training_.gradient_penalty / static_cast<double>(groups_);
  scores.penalty = penalise(weight_of_group);
  forward_tangent();
  pool_.run(updates_.size(), [&](std::size_t i) {
    const Update& update = updates_[i];
    if (update.layer == 0)
      update_first(fake, real, update.panel, update.member, optimizer);
    else
      update_later(update.layer, update.panel, optimizer);
    if (update.member == 0) update_bias(update.layer, update.panel, optimizer);
  });
  return scores;
}

template <typename T>
double Discriminator<T>::judge(const Panels<T>& fake, const networks::FakeRows& rows) {
  resize(fake.rows());
  load_condition(rows.input.condition);
  const std::array<const networks::DropoutMasks*, fake_only> dropout = {&rows.dropout};
  for (std::size_t i = 0; i < groups_; ++i)
    activations_.back().gradient.at(i, 0) = T{-1} / static_cast<T>(groups_);
  pool_.run(layers_.front().weight.values.panels(), [&](std::size_t panel) {
    sum_fake(fake, panel, activations_.front().values.panel(panel));
    activate(0, panel, dropout);
  });
  forward_hidden(dropout);
  finish_passes(fake_only, fake_only);
  const Panels<T>& weights = layers_.front().weight.values;
  const std::size_t cuts = stretches(width_);
  pool_.run(pac_ * cuts, [&](std::size_t task) {
    const std::size_t member = task / cuts, row = task % cuts * k_inputs_a_task;
    for (std::size_t panel = 0; panel < turned_.size(); ++panel)
      kernels_.multiply(rows_of(weights, member * row_inputs_ + row), std::min(k_inputs_a_task, width_ - row),
                        weights.columns(), turned_[panel].data(),
                        input_gradient_.panel(panel, member * width_ + row), false);
  });
  return mean_score(0);
}

template <typename T>
TrainedTensors<T> Discriminator<T>::tensors() {
  TrainedTensors<T> found;
  for (std::size_t i = 0; i + 1 < layers_.size(); ++i) layers_[i].add_to(found, "layer" + std::to_string(i));
  layers_.back().add_to(found, "output");
  return found;
}

template class Discriminator<float>;
template class Discriminator<double>;

}  // namespace ctgan::synth::native_execution
