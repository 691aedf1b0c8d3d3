#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "common/errors/error.h"
#include "server/synth/archive/archive.h"

namespace ctgan::synth::archive {
namespace {

using errors::Error;
using errors::Kind;

static_assert(std::endian::native == std::endian::little,
              "tensors are little-endian, as safetensors wants them");

template <typename Number>
Tensor from_numbers(std::string name, TensorType type, std::vector<std::size_t> shape, const Number* values) {
  Tensor tensor{std::move(name), type, std::move(shape), {}};
  std::size_t count = 1;
  for (const std::size_t side : tensor.shape) count *= side;
  tensor.bytes.resize(count * sizeof(Number));
  if (count > 0) std::memcpy(tensor.bytes.data(), values, tensor.bytes.size());
  return tensor;
}

template <typename Number>
std::vector<Number> to_numbers(const Tensor& tensor, TensorType type, std::string_view type_name) {
  if (tensor.type != type) {
    throw Error(Kind::bad_data, fmt::format("the model file's tensor {} is not of type {}",
                                            errors::quoted(tensor.name), type_name));
  }
  std::vector<Number> values(tensor.bytes.size() / sizeof(Number));
  if (!values.empty()) std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
  return values;
}

}  // namespace

const Tensor* Archive::find(std::string_view name) const {
  const auto found =
      std::find_if(tensors.begin(), tensors.end(), [name](const Tensor& t) { return t.name == name; });
  return found == tensors.end() ? nullptr : &*found;
}

const Tensor& Archive::tensor(std::string_view name) const {
  const Tensor* found = find(name);
  if (found == nullptr) {
    throw Error(Kind::bad_data, fmt::format("the model file has no tensor {}", errors::quoted(name)));
  }
  return *found;
}

const std::string& Archive::entry(std::string_view name) const {
  const auto found = metadata.find(std::string(name));
  if (found == metadata.end()) {
    throw Error(Kind::bad_data, fmt::format("the model file has no entry {}", errors::quoted(name)));
  }
  return found->second;
}

Tensor tensor_from_floats(std::string name, std::vector<std::size_t> shape, const float* values) {
  return from_numbers(std::move(name), TensorType::f32, std::move(shape), values);
}

std::vector<float> floats(const Tensor& tensor) {
  return to_numbers<float>(tensor, TensorType::f32, "F32");
}

Tensor tensor_from_doubles(std::string name, std::vector<std::size_t> shape, const double* values) {
  return from_numbers(std::move(name), TensorType::f64, std::move(shape), values);
}

std::vector<double> doubles(const Tensor& tensor) {
  return to_numbers<double>(tensor, TensorType::f64, "F64");
}

Tensor tensor_from_strings(std::string name, const std::vector<std::string>& values) {
  std::vector<std::uint8_t> bytes;
  for (const std::string& value : values) {
    const auto length = static_cast<std::uint32_t>(value.size());
    for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<std::uint8_t>(length >> shift));
    bytes.insert(bytes.end(), value.begin(), value.end());
  }
  const std::size_t size = bytes.size();
  return {std::move(name), TensorType::u8, {size}, std::move(bytes)};
}

std::vector<std::string> strings(const Tensor& tensor) {
  const Error damaged{Kind::bad_data, fmt::format("the model file's tensor {} is not a list of texts",
                                                  errors::quoted(tensor.name))};
  if (tensor.type != TensorType::u8) throw damaged;
  std::vector<std::string> values;
  const std::vector<std::uint8_t>& bytes = tensor.bytes;
  for (std::size_t at = 0; at < bytes.size();) {
    if (bytes.size() - at < 4) throw damaged;
    std::uint32_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) length |= static_cast<std::uint32_t>(bytes[at + i]) << (8 * i);
    at += 4;
    if (bytes.size() - at < length) throw damaged;
    values.emplace_back(reinterpret_cast<const char*>(bytes.data()) + at, length);
    at += length;
  }
  return values;
}

}  // namespace ctgan::synth::archive
