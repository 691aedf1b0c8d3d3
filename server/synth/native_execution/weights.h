// A trained tensor of the native execution: its numbers in panels, and while it is trained Adam's two moments
// beside them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "server/synth/kernels/panels.h"
#include "server/synth/networks/parameter_arena.h"
#include "server/synth/networks/training_state.h"

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

// A parameter of the arena in panels, and back: a vector stands here as one row; a matrix, outputs x inputs in the arena
// as PyTorch keeps it, as inputs x outputs.
template <typename T>
kernels::Panels<T> load_panels(const networks::ParameterArena& arena, const std::string& name);
template <typename T>
void store_panels(const kernels::Panels<T>& values, networks::ParameterArena& arena, const std::string& name);

// Where a network keeps what the arena has under a name.
template <typename T>
struct NamedWeights {
  std::string name;
  Weights<T>* weights;
};
template <typename T>
struct NamedPanels {
  std::string name;
  kernels::Panels<T>* values;
};
// All that a training changes of a network.
template <typename T>
struct TrainedTensors {
  std::vector<NamedWeights<T>> weights;
  std::vector<NamedPanels<T>> statistics = {};

  void start_moments() const;
  void drop_moments() const;
  void store_values(networks::ParameterArena& arena) const;
  // Numbers and moments. REQUIRES: the moments are there; `state` has the network's layout.
  void store(networks::NetworkState& state) const;
  void load(const networks::NetworkState& state) const;
};

// x -> weight^T x + bias.
template <typename T>
struct Linear {
  Linear(const networks::ParameterArena& arena, const std::string& name);
  void store(networks::ParameterArena& arena, const std::string& name) const;
  // Of the layer that the arena calls `name`.
  void add_to(TrainedTensors<T>& tensors, const std::string& name);

  std::size_t inputs() const { return weight.values.rows(); }
  std::size_t outputs() const { return weight.values.columns(); }

  Weights<T> weight;  // inputs x outputs
  Weights<T> bias;    // 1 x outputs
};

}  // namespace ctgan::synth::native_execution
