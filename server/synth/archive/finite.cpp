#include "server/synth/archive/finite.h"

#include <algorithm>
#include <cmath>

namespace ctgan::synth::archive {
namespace {

template <typename Number>
bool finite(const std::vector<Number>& values) {
  return std::all_of(values.begin(), values.end(), [](Number value) { return std::isfinite(value); });
}

}  // namespace

bool all_finite(const Tensor& tensor) {
  switch (tensor.type) {
    case TensorType::f32:
      return finite(floats(tensor));
    case TensorType::f64:
      return finite(doubles(tensor));
    case TensorType::u8:
    case TensorType::i64:
      break;
  }
  return true;
}

}  // namespace ctgan::synth::archive
