#include "server/synth/native_execution/weights.h"

namespace ctgan::synth::native_execution {

using kernels::Panels;
using networks::ParameterArena;

namespace {

template <typename T>
Panels<T> load_matrix(const ParameterArena& arena, const std::string& name) {
  const networks::Parameter& parameter = arena.find(name);
  const std::size_t outputs = parameter.shape[0], inputs = parameter.shape[1];
  const auto from = arena.values(parameter);
  Panels<T> values(inputs, outputs);
  for (std::size_t out = 0; out < outputs; ++out)
    for (std::size_t in = 0; in < inputs; ++in) values.at(in, out) = from[out * inputs + in];
  return values;
}

template <typename T>
void store_matrix(const Panels<T>& values, ParameterArena& arena, const std::string& name) {
  const auto to = arena.values(name);
  for (std::size_t out = 0; out < values.columns(); ++out)
    for (std::size_t in = 0; in < values.rows(); ++in)
      to[out * values.rows() + in] = static_cast<float>(values.at(in, out));
}

}  // namespace

template <typename T>
Panels<T> load_vector(const ParameterArena& arena, const std::string& name) {
  const auto from = arena.values(arena.find(name));
  Panels<T> values(1, from.size());
  for (std::size_t i = 0; i < from.size(); ++i) values.at(0, i) = from[i];
  return values;
}

template <typename T>
void store_vector(const Panels<T>& values, ParameterArena& arena, const std::string& name) {
  const auto to = arena.values(name);
  for (std::size_t i = 0; i < to.size(); ++i) to[i] = static_cast<float>(values.at(0, i));
}

template <typename T>
Linear<T>::Linear(const ParameterArena& arena, const std::string& name)
    : weight(load_matrix<T>(arena, name + ".weight")), bias(load_vector<T>(arena, name + ".bias")) {}

template <typename T>
void Linear<T>::store(ParameterArena& arena, const std::string& name) const {
  store_matrix(weight.values, arena, name + ".weight");
  store_vector(bias.values, arena, name + ".bias");
}

template Panels<float> load_vector<float>(const ParameterArena&, const std::string&);
template Panels<double> load_vector<double>(const ParameterArena&, const std::string&);
template void store_vector<float>(const Panels<float>&, ParameterArena&, const std::string&);
template void store_vector<double>(const Panels<double>&, ParameterArena&, const std::string&);
template struct Linear<float>;
template struct Linear<double>;

}  // namespace ctgan::synth::native_execution
