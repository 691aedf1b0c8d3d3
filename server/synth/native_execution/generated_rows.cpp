#include "server/synth/native_execution/generated_rows.h"

#include <array>

#include "server/synth/native_execution/factors.h"
#include "server/synth/native_execution/output_blocks.h"

namespace ctgan::synth::native_execution {

using kernels::AlignedBuffer;
using kernels::Panels;

template <typename T>
GeneratedRows<T>::GeneratedRows(const networks::CtganShape& shape, const networks::CtganTraining& training,
                                const networks::ParameterArena& generator, const kernels::Kernels<T>& kernels,
                                threads::ThreadPool& pool)
    : shape_(shape),
      training_(training),
      kernels_(kernels),
      pool_(pool),
      generator_(shape, generator, kernels, pool),
      blocks_(output_blocks(shape.layout)) {}

template <typename T>
kernels::OutputStrip<T> GeneratedRows<T>::strip(const networks::FakeRows& fake, std::size_t index) const {
  const std::size_t row = index * k_panel_columns;
  return {.rows = columns_in(logits_->rows(), index),
          .panel_stride = logits_->panel_stride(),
          .logits = logits_->panel(0, row),
          .gumbel = fake.gumbel.data() + row,
          .gumbel_stride = logits_->rows(),
          .condition = fake.input.condition.empty() ? nullptr : fake.input.condition.data() + row,
          .temperature = static_cast<T>(training_.gumbel_temperature)};
}

template <typename T>
const Panels<T>& GeneratedRows<T>::make(const networks::FakeRows& fake, std::size_t pieces,
                                        const std::function<void(std::size_t)>& beside) {
  logits_ = &generator_.forward(fake.input);
  if (rows_.rows() != logits_->rows()) {
    rows_ = Panels<T>(logits_->rows(), logits_->columns());
    logits_gradient_ = Panels<T>(logits_->rows(), logits_->columns());
  }
  pool_.run(pieces + kernels::panels_of(logits_->rows()), [&](std::size_t task) {
    if (task < pieces) return beside(task);
    const std::size_t i = task - pieces;
    auto scratch = AlignedBuffer<T>::unfilled(shape_.layout.width * k_panel_columns);
    kernels_.activate({blocks_.data(), blocks_.size(), shape_.layout.width}, strip(fake, i), scratch.data(),
                      rows_.panel(0, i * k_panel_columns));
  });
  return rows_;
}

// Leaves the logits' gradient behind and returns the mean cross-entropy.
template <typename T>
double GeneratedRows<T>::backward_through_activation(const networks::FakeRows& fake,
                                                     const Panels<T>& by_rows) {
  const std::size_t rows = logits_->rows();
  std::vector<double> losses(kernels::panels_of(rows));
  pool_.run(losses.size(), [&](std::size_t i) {
    const std::size_t first = i * k_panel_columns;
    std::array<std::size_t, k_panel_columns> offsets{};
    for (std::size_t r = 0; r < columns_in(rows, i); ++r) {
      const std::size_t group = (first + r) / shape_.pac, member = (first + r) % shape_.pac;
      offsets[r] = group / k_panel_columns * by_rows.panel_stride() +
                   member * shape_.layout.width * k_panel_columns + group % k_panel_columns;
    }
    auto scratch = AlignedBuffer<T>::unfilled(2 * shape_.layout.width * k_panel_columns);
    losses[i] = kernels_.activate_backward({blocks_.data(), blocks_.size(), shape_.layout.width},
                                           strip(fake, i), rows_.panel(0, first),
                                           {by_rows.panel(0), offsets.data()}, T{1} / static_cast<T>(rows),
                                           scratch.data(), logits_gradient_.panel(0, first));
  });
  double loss = 0;
  for (const double part : losses) loss += part;
  return loss / static_cast<double>(rows);
}

template <typename T>
double GeneratedRows<T>::train(const networks::FakeRows& fake, const Panels<T>& by_rows,
                               const Optimizer<T>& optimizer) {
  const double cross_entropy = backward_through_activation(fake, by_rows);
  generator_.backward(fake.input, logits_gradient_, optimizer);
  return cross_entropy;
}

template class GeneratedRows<float>;
template class GeneratedRows<double>;

}  // namespace ctgan::synth::native_execution
