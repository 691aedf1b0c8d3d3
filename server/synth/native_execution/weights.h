// A trained tensor of the native execution: its numbers in panels, and Adam's two moments beside them.
#pragma once

#include <string>

#include "server/synth/kernels/panels.h"
#include "server/synth/networks/parameter_arena.h"

namespace ctgan::synth::native_execution {

template <typename T>
struct Weights {
  Weights(std::size_t rows, std::size_t columns)
      : values(rows, columns), mean(rows, columns), square(rows, columns) {}

  kernels::Panels<T> values, mean, square;
};

// A matrix of the arena, outputs x inputs as PyTorch keeps it, stands here as inputs x outputs; a vector is
// one row.
template <typename T>
Weights<T> load_matrix(const networks::ParameterArena& arena, const std::string& name);
template <typename T>
void store_matrix(const kernels::Panels<T>& values, networks::ParameterArena& arena, const std::string& name);
template <typename T>
kernels::Panels<T> load_vector(const networks::ParameterArena& arena, const std::string& name);
template <typename T>
void store_vector(const kernels::Panels<T>& values, networks::ParameterArena& arena, const std::string& name);

// x -> weight^T x + bias.
template <typename T>
struct Linear {
  Linear(const networks::ParameterArena& arena, const std::string& name);
  void store(networks::ParameterArena& arena, const std::string& name) const;

  std::size_t inputs() const { return weight.values.rows(); }
  std::size_t outputs() const { return weight.values.columns(); }

  Weights<T> weight;  // inputs x outputs
  Weights<T> bias;    // 1 x outputs
};

}  // namespace ctgan::synth::native_execution
