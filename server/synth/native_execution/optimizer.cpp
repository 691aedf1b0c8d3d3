#include "server/synth/native_execution/optimizer.h"

#include <cmath>

namespace ctgan::synth::native_execution {

template <typename T>
Adam<T>::Adam(const networks::OptimizerOptions& options, const kernels::Kernels<T>& kernels)
    : options_(options), kernels_(kernels) {
  step_.beta1 = static_cast<T>(options.beta1);
  step_.beta2 = static_cast<T>(options.beta2);
  step_.epsilon = static_cast<T>(options.epsilon);
  step_.weight_decay = static_cast<T>(options.weight_decay);
}

template <typename T>
void Adam<T>::begin_step(double rate_factor) {
  const auto steps = static_cast<double>(++steps_);
  step_.rate = static_cast<T>(rate_factor * options_.learning_rate / (1 - std::pow(options_.beta1, steps)));
  step_.root_scale = static_cast<T>(1 / std::sqrt(1 - std::pow(options_.beta2, steps)));
}

template <typename T>
void Adam<T>::apply(Weights<T>& weights, std::size_t panel, std::size_t row, std::size_t rows,
                    const T* gradient) const {
  kernels_.adam(step_, rows * kernels::k_panel_columns, gradient, weights.values.panel(panel, row),
                weights.mean.panel(panel, row), weights.square.panel(panel, row));
}

template class Adam<float>;
template class Adam<double>;

}  // namespace ctgan::synth::native_execution
