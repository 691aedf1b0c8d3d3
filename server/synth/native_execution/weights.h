// A trained tensor of the native execution: its numbers in panels, and while it is trained Adam's two moments
// beside them.
#pragma once

#include <string>
#include <utility>

#include "server/synth/kernels/panels.h"
#include "server/synth/networks/parameter_arena.h"

namespace ctgan::synth::native_execution {

template <typename T>
struct Weights {
  explicit Weights(kernels::Panels<T> numbers) : values(std::move(numbers)) {}

  void start_moments() {
    mean = kernels::Panels<T>(values.rows(), values.columns());
    square = kernels::Panels<T>(values.rows(), values.columns());
  }
  void drop_moments() {
    mean = {};
    square = {};
  }

  kernels::Panels<T> values, mean, square;
};

// A vector of the arena stands here as one row.
template <typename T>
kernels::Panels<T> load_vector(const networks::ParameterArena& arena, const std::string& name);
template <typename T>
void store_vector(const kernels::Panels<T>& values, networks::ParameterArena& arena, const std::string& name);

// x -> weight^T x + bias. The arena's matrix is outputs x inputs, as PyTorch keeps it.
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
