#include "server/synth/native_execution/ctgan_step.h"

#include <array>

#include "server/synth/native_execution/factors.h"
#include "server/synth/native_execution/output_blocks.h"

namespace ctgan::synth::native_execution {
namespace {

using kernels::AlignedBuffer;
using kernels::Panels;

}  // namespace

template <typename T>
CtganStep<T>::CtganStep(const networks::CtganShape& shape, const networks::CtganTraining& training,
                        const encoders::EncodedTable& encoded, const networks::ParameterArena& generator,
                        const networks::ParameterArena& discriminator, const kernels::Kernels<T>& kernels,
                        threads::ThreadPool& pool)
    : shape_(shape),
      training_(training),
      kernels_(kernels),
      pool_(pool),
      generator_(shape, generator, kernels, pool),
      discriminator_(shape, training, discriminator, kernels, pool),
      blocks_(output_blocks(shape.layout)),
      real_rows_(encoded, shape.pac, shape.row_inputs()) {}

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
const Panels<T>& CtganStep<T>::make_fake_rows(const networks::FakeRows& fake, std::size_t real_pieces) {
  const Panels<T>& logits = generator_.forward(fake.input);
  if (fake_rows_.rows() != logits.rows()) {
    fake_rows_ = Panels<T>(logits.rows(), logits.columns());
    logits_gradient_ = Panels<T>(logits.rows(), logits.columns());
  }
  pool_.run(real_pieces + kernels::panels_of(logits.rows()), [&](std::size_t task) {
    if (task < real_pieces) return real_rows_.load(task);
    const std::size_t i = task - real_pieces;
    auto scratch = AlignedBuffer<T>::unfilled(shape_.layout.width * k_panel_columns);
    kernels_.activate({blocks_.data(), blocks_.size(), shape_.layout.width}, strip(fake, logits, i),
                      scratch.data(), fake_rows_.panel(0, i * k_panel_columns));
  });
  return logits;
}

template <typename T>
DiscriminatorScores CtganStep<T>::train_discriminator(const networks::DiscriminatorBatch& batch,
                                                      const Optimizer<T>& optimizer) {
  make_fake_rows(batch.fake, real_rows_.begin(batch.real_rows, batch.real_condition));
  return discriminator_.train(fake_rows_, real_rows_.rows(), batch, optimizer);
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
    auto scratch = AlignedBuffer<T>::unfilled(2 * shape_.layout.width * k_panel_columns);
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
  const Panels<T>& logits = make_fake_rows(batch.fake, 0);
  const double score = discriminator_.judge(fake_rows_, batch.fake);
  const double cross_entropy = backward_through_activation(batch.fake, logits);
  generator_.backward(batch.fake.input, logits_gradient_, optimizer);
  return cross_entropy - score;
}

template <typename T>
void CtganStep<T>::start() {
  generator().start_moments();
  discriminator().start_moments();
}

template <typename T>
void CtganStep<T>::finish(networks::ParameterArena& generator, networks::ParameterArena& discriminator) {
  const TrainedTensors<T> of_generator = generator_.tensors(), of_discriminator = discriminator_.tensors();
  of_generator.drop_moments();
  of_discriminator.drop_moments();
  of_generator.store_values(generator);
  of_discriminator.store_values(discriminator);
}

template class CtganStep<float>;
template class CtganStep<double>;

}  // namespace ctgan::synth::native_execution
