#include "server/synth/archive/archive.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "common/errors/error.h"
#include "server/synth/archive/container_header.h"

namespace ctgan::synth::archive {
namespace {

static_assert(std::endian::native == std::endian::little, "tensor bytes are little-endian");

[[noreturn]] void refuse(const std::string& sentence) {
  throw errors::Error(errors::Kind::bad_data, sentence);
}

template <typename Number>
Tensor tensor_from(std::string name, TensorType type, std::vector<std::size_t> shape, const Number* values) {
  Tensor tensor{.name = std::move(name), .type = type, .shape = std::move(shape), .bytes = {}};
  tensor.bytes.resize(byte_size(type, tensor.shape));
  if (!tensor.bytes.empty()) {
    std::memcpy(tensor.bytes.data(), values, tensor.bytes.size());
  }
  return tensor;
}

template <typename Number>
std::vector<Number> numbers(const Tensor& tensor, TensorType type, std::string_view type_name) {
  if (tensor.type != type) {
    refuse("tensor " + errors::quoted(tensor.name) + " does not hold " + std::string(type_name));
  }
  std::vector<Number> values(tensor.bytes.size() / sizeof(Number));
  if (!values.empty()) {
    std::memcpy(values.data(), tensor.bytes.data(), values.size() * sizeof(Number));
  }
  return values;
}

}  // namespace

const Tensor* Archive::find(std::string_view name) const {
  const auto place =
      std::find_if(tensors.begin(), tensors.end(), [&](const Tensor& t) { return t.name == name; });
  return place == tensors.end() ? nullptr : &*place;
}

const Tensor& Archive::tensor(std::string_view name) const {
  const Tensor* found = find(name);
  if (found == nullptr) {
    refuse("the model file has no tensor " + errors::quoted(name));
  }
  return *found;
}

const std::string& Archive::entry(std::string_view name) const {
  const auto place = metadata.find(std::string(name));
  if (place == metadata.end()) {
    refuse("the model file has no entry " + errors::quoted(name));
  }
  return place->second;
}

Tensor tensor_from_floats(std::string name, std::vector<std::size_t> shape, const float* values) {
  return tensor_from(std::move(name), TensorType::f32, std::move(shape), values);
}

std::vector<float> floats(const Tensor& tensor) {
  return numbers<float>(tensor, TensorType::f32, "32-bit floats");
}

Tensor tensor_from_doubles(std::string name, std::vector<std::size_t> shape, const double* values) {
  return tensor_from(std::move(name), TensorType::f64, std::move(shape), values);
}

std::vector<double> doubles(const Tensor& tensor) {
  return numbers<double>(tensor, TensorType::f64, "64-bit floats");
}

Tensor tensor_from_integers(std::string name, std::vector<std::size_t> shape, const std::int64_t* values) {
  return tensor_from(std::move(name), TensorType::i64, std::move(shape), values);
}

std::vector<std::int64_t> integers(const Tensor& tensor) {
  return numbers<std::int64_t>(tensor, TensorType::i64, "64-bit integers");
}

Tensor tensor_from_strings(std::string name, const std::vector<std::string>& values) {
  Tensor tensor{.name = std::move(name), .type = TensorType::u8, .shape = {}, .bytes = {}};
  for (const std::string& value : values) {
    if (value.size() > std::numeric_limits<std::uint32_t>::max()) {
      throw errors::Error(errors::Kind::internal,
                          "a string of tensor " + errors::quoted(tensor.name) + " is too long");
    }
    const auto length = static_cast<std::uint32_t>(value.size());
    for (int shift = 0; shift < 32; shift += 8) {
      tensor.bytes.push_back(static_cast<std::uint8_t>(length >> shift));
    }
    tensor.bytes.insert(tensor.bytes.end(), value.begin(), value.end());
  }
  tensor.shape = {tensor.bytes.size()};
  return tensor;
}

std::vector<std::string> strings(const Tensor& tensor) {
  const std::vector<std::uint8_t> bytes = numbers<std::uint8_t>(tensor, TensorType::u8, "bytes");
  std::vector<std::string> values;
  std::size_t at = 0;
  while (at < bytes.size()) {
    std::uint32_t length = 0;
    const bool has_length = bytes.size() - at >= sizeof(length);
    if (has_length) {
      std::memcpy(&length, bytes.data() + at, sizeof(length));
      at += sizeof(length);
    }
    if (!has_length || length > bytes.size() - at) {
      refuse("tensor " + errors::quoted(tensor.name) + " is not a list of strings");
    }
    values.emplace_back(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                        bytes.begin() + static_cast<std::ptrdiff_t>(at + length));
    at += length;
  }
  return values;
}

}  // namespace ctgan::synth::archive
