#include "server/synth/native_execution/ctgan_step.h"

#include <array>

#include "server/synth/native_execution/factors.h"
#include "server/synth/native_execution/output_blocks.h"

namespace ctgan::synth::native_execution {
namespace {

using kernels::AlignedBuffer;
using kernels::Panels;
using transforms::Block;

// Collects the non-zero numbers of the batch's real rows, the same count for each row.
template <typename T>
struct RealRows {
  std::size_t entries, next = 0;  // in a row; the entry that is written next
  std::vector<std::uint32_t>& index;
  std::vector<T>& value;

  template <typename Column, typename Number>
  void add(std::size_t rows, const Column& column, const Number& number) {
    for (std::size_t row = 0; row < rows; ++row) {
      index[row * entries + next] = static_cast<std::uint32_t>(column(row));
      value[row * entries + next] = number(row);
    }
    ++next;
  }
};

}  // namespace

template <typename T>
CtganStep<T>::CtganStep(const networks::CtganShape& shape, const networks::CtganTraining& training,
                        const transforms::EncodedTable& encoded, const networks::ParameterArena& generator,
                        const networks::ParameterArena& discriminator, const kernels::Kernels<T>& kernels,
                        threads::ThreadPool& pool)
    : shape_(shape),
      training_(training),
      encoded_(encoded),
      kernels_(kernels),
      pool_(pool),
      generator_(shape, generator, kernels, pool),
      discriminator_(shape, training, discriminator, kernels, pool),
      blocks_(output_blocks(shape.layout)) {}

template <typename T>
kernels::OutputStrip<T> CtganStep<T>::strip(const networks::FakeRows& fake, const Panels<T>& logits,
                                            std::size_t index) const {
  const std::size_t row = index * k_panel_columns;
  return {.rows = columns_in(logits.rows(), index),
          .panel_stride = logits.panel_stride(),
          .logits = logits.panel(0, row),
          .gumbel = fake.gumbel.data() + row,
          .gumbel_stride = logits.rows(),
          .condition = fake.input.condition.empty() ? nullptr : fake.input.condition.data() + row,
          .temperature = static_cast<T>(training_.gumbel_temperature)};
}

template <typename T>
const Panels<T>& CtganStep<T>::make_fake_rows(const networks::FakeRows& fake) {
  const Panels<T>& logits = generator_.forward(fake.input);
  if (fake_rows_.rows() != logits.rows()) {
    fake_rows_ = Panels<T>(logits.rows(), logits.columns());
    logits_gradient_ = Panels<T>(logits.rows(), logits.columns());
  }
  pool_.run(kernels::panels_of(logits.rows()), [&](std::size_t i) {
    AlignedBuffer<T> scratch(shape_.layout.width * k_panel_columns);
    kernels_.activate({blocks_.data(), blocks_.size(), shape_.layout.width}, strip(fake, logits, i),
                      scratch.data(), fake_rows_.panel(0, i * k_panel_columns));
  });
  return logits;
}

template <typename T>
kernels::SparseRows<T> CtganStep<T>::real_rows(const networks::DiscriminatorBatch& batch) {
  const std::size_t rows = batch.real_rows.size();
  const std::size_t entries = shape_.layout.blocks.size() + (batch.real_condition.empty() ? 0 : 1);
  real_index_.resize(rows * entries);
  real_value_.resize(rows * entries);
  RealRows<T> to{.entries = entries, .index = real_index_, .value = real_value_};
  const auto start = [&](std::size_t row) { return row % shape_.pac * shape_.row_inputs(); };
  const auto one = [](std::size_t) { return T{1}; };
  for (const Block& block : shape_.layout.blocks) {
    const auto& column = encoded_.columns[block.column];
    if (block.kind == Block::Kind::scalar) {
      const auto& scalar = std::get<transforms::EncodedContinuous>(column).scalar;
      to.add(
          rows, [&](std::size_t row) { return start(row) + block.offset; },
          [&](std::size_t row) { return static_cast<T>(scalar[batch.real_rows[row]]); });
    } else if (block.kind == Block::Kind::modes) {
      const auto& mode = std::get<transforms::EncodedContinuous>(column).mode;
      to.add(
          rows, [&](std::size_t row) { return start(row) + block.offset + mode[batch.real_rows[row]]; }, one);
    } else {
      std::visit(
          [&](const auto& codes) {
            to.add(
                rows,
                [&](std::size_t row) { return start(row) + block.offset + codes[batch.real_rows[row]]; },
                one);
          },
          std::get<transforms::EncodedDiscrete>(column).codes);
    }
  }
  if (!batch.real_condition.empty())
    to.add(
        rows, [&](std::size_t row) { return start(row) + shape_.layout.width + batch.real_condition[row]; },
        one);
  return {real_index_.data(), real_value_.data(), entries};
}

template <typename T>
DiscriminatorScores CtganStep<T>::train_discriminator(const networks::DiscriminatorBatch& batch,
                                                      const Optimizer<T>& optimizer) {
  make_fake_rows(batch.fake);
  return discriminator_.train(fake_rows_, real_rows(batch), batch, optimizer);
}

// Leaves the logits' gradient behind and returns the mean cross-entropy.
template <typename T>
double CtganStep<T>::backward_through_activation(const networks::FakeRows& fake, const Panels<T>& logits) {
  const std::size_t rows = logits.rows();
  const Panels<T>& slopes = discriminator_.input_gradient();
  std::vector<double> losses(kernels::panels_of(rows));
  pool_.run(losses.size(), [&](std::size_t i) {
    const std::size_t first = i * k_panel_columns;
    std::array<std::size_t, k_panel_columns> offsets{};
    for (std::size_t r = 0; r < columns_in(rows, i); ++r) {
      const std::size_t group = (first + r) / shape_.pac, member = (first + r) % shape_.pac;
      offsets[r] = group / k_panel_columns * slopes.panel_stride() +
                   member * shape_.layout.width * k_panel_columns + group % k_panel_columns;
    }
    AlignedBuffer<T> scratch(2 * shape_.layout.width * k_panel_columns);
    losses[i] = kernels_.activate_backward({blocks_.data(), blocks_.size(), shape_.layout.width},
                                           strip(fake, logits, i), fake_rows_.panel(0, first),
                                           {slopes.panel(0), offsets.data()}, T{1} / static_cast<T>(rows),
                                           scratch.data(), logits_gradient_.panel(0, first));
  });
  double loss = 0;
  for (const double part : losses) loss += part;
  return loss / static_cast<double>(rows);
}

template <typename T>
double CtganStep<T>::train_generator(const networks::GeneratorBatch& batch, const Optimizer<T>& optimizer) {
  const Panels<T>& logits = make_fake_rows(batch.fake);
  const double score = discriminator_.judge(fake_rows_, batch.fake);
  const double cross_entropy = backward_through_activation(batch.fake, logits);
  generator_.backward(batch.fake.input, logits_gradient_, optimizer);
  return cross_entropy - score;
}

template <typename T>
std::vector<Weights<T>*> CtganStep<T>::weights() {
  std::vector<Weights<T>*> all = generator_.weights();
  const std::vector<Weights<T>*> more = discriminator_.weights();
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

template <typename T>
void CtganStep<T>::start() {
  for (Weights<T>* weights : weights()) weights->start_moments();
}

template <typename T>
void CtganStep<T>::finish(networks::ParameterArena& generator, networks::ParameterArena& discriminator) {
  for (Weights<T>* weights : weights()) weights->drop_moments();
  generator_.store(generator);
  discriminator_.store(discriminator);
}

template class CtganStep<float>;
template class CtganStep<double>;

}  // namespace ctgan::synth::native_execution
