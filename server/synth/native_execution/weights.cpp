#include "server/synth/native_execution/weights.h"

namespace ctgan::synth::native_execution {

using kernels::Panels;
using networks::ParameterArena;

namespace {

// A vector is a matrix of one input.
std::size_t inputs_of(const networks::Parameter& parameter) {
  return parameter.shape.size() == 2 ? parameter.shape[1] : 1;
}

}  // namespace

template <typename T>
Panels<T> load_panels(const ParameterArena& arena, const std::string& name) {
  const networks::Parameter& parameter = arena.find(name);
  const std::size_t outputs = parameter.shape[0], inputs = inputs_of(parameter);
  const auto from = arena.values(parameter);
  Panels<T> values(inputs, outputs);
  for (std::size_t out = 0; out < outputs; ++out)
    for (std::size_t in = 0; in < inputs; ++in) values.at(in, out) = from[out * inputs + in];
  return values;
}

template <typename T>
void store_panels(const Panels<T>& values, ParameterArena& arena, const std::string& name) {
  const auto to = arena.values(name);
  for (std::size_t out = 0; out < values.columns(); ++out)
    for (std::size_t in = 0; in < values.rows(); ++in)
      to[out * values.rows() + in] = static_cast<float>(values.at(in, out));
}

template <typename T>
void TrainedTensors<T>::start_moments() const {
  for (const NamedWeights<T>& one : weights) one.weights->start_moments();
}

template <typename T>
void TrainedTensors<T>::drop_moments() const {
  for (const NamedWeights<T>& one : weights) one.weights->drop_moments();
}

template <typename T>
void TrainedTensors<T>::store_values(ParameterArena& arena) const {
  for (const NamedWeights<T>& one : weights) store_panels(one.weights->values, arena, one.name);
  for (const NamedPanels<T>& one : statistics) store_panels(*one.values, arena, one.name);
}

template <typename T>
void TrainedTensors<T>::store(networks::NetworkState& state) const {
  store_values(state.values);
  for (const NamedWeights<T>& one : weights) {
    store_panels(one.weights->mean, state.mean, one.name);
    store_panels(one.weights->square, state.square, one.name);
  }
}

template <typename T>
void TrainedTensors<T>::load(const networks::NetworkState& state) const {
  for (const NamedWeights<T>& one : weights) {
    one.weights->values = load_panels<T>(state.values, one.name);
    one.weights->mean = load_panels<T>(state.mean, one.name);
    one.weights->square = load_panels<T>(state.square, one.name);
  }
  for (const NamedPanels<T>& one : statistics) *one.values = load_panels<T>(state.values, one.name);
}

template <typename T>
Linear<T>::Linear(const ParameterArena& arena, const std::string& name)
    : weight(load_panels<T>(arena, name + ".weight")), bias(load_panels<T>(arena, name + ".bias")) {}

template <typename T>
void Linear<T>::store(ParameterArena& arena, const std::string& name) const {
  store_panels(weight.values, arena, name + ".weight");
  store_panels(bias.values, arena, name + ".bias");
}

template <typename T>
void Linear<T>::add_to(TrainedTensors<T>& tensors, const std::string& name) {
  tensors.weights.push_back({name + ".weight", &weight});
  tensors.weights.push_back({name + ".bias", &bias});
}

template Panels<float> load_panels<float>(const ParameterArena&, const std::string&);
template Panels<double> load_panels<double>(const ParameterArena&, const std::string&);
template void store_panels<float>(const Panels<float>&, ParameterArena&, const std::string&);
template void store_panels<double>(const Panels<double>&, ParameterArena&, const std::string&);
template struct TrainedTensors<float>;
template struct TrainedTensors<double>;
template struct Linear<float>;
template struct Linear<double>;

}  // namespace ctgan::synth::native_execution
