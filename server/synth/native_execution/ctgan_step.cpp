#include "server/synth/native_execution/ctgan_step.h"

namespace ctgan::synth::native_execution {

template <typename T>
CtganStep<T>::CtganStep(const networks::CtganShape& shape, const networks::CtganTraining& training,
                        const encoders::EncodedTable& encoded, const networks::ParameterArena& generator,
                        const networks::ParameterArena& discriminator, const kernels::Kernels<T>& kernels,
                        threads::ThreadPool& pool)
    : generator_(shape, training, generator, kernels, pool),
      discriminator_(shape, training, discriminator, kernels, pool),
      real_rows_(encoded, shape.pac, shape.row_inputs()) {}

template <typename T>
DiscriminatorScores CtganStep<T>::train_discriminator(const networks::DiscriminatorBatch& batch,
                                                      const Optimizer<T>& optimizer) {
  const kernels::Panels<T>& fake =
      generator_.make(batch.fake, real_rows_.begin(batch.real_rows, batch.real_condition),
                      [this](std::size_t piece) { real_rows_.load(piece); });
  return discriminator_.train(fake, real_rows_.rows(), batch, optimizer);
}

template <typename T>
double CtganStep<T>::train_generator(const networks::GeneratorBatch& batch, const Optimizer<T>& optimizer) {
  const double score = discriminator_.judge(generator_.make(batch.fake), batch.fake);
  return generator_.train(batch.fake, discriminator_.input_gradient(), optimizer) - score;
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
