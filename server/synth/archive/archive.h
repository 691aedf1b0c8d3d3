// The model file: gzip over one tensor container in the safetensors layout, described in archive_format.md.
// The room knows tensors and strings, not models.
//
//     archive::Archive a{.tensors = {...}, .metadata = {{"model", "ctgan"}}};
//     archive::write(a, sink);                  // no timestamps: equal archives are equal bytes
//     archive::Archive b = archive::read(path);
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/files/byte_sink.h"
#include "common/files/byte_source.h"

namespace ctgan::synth::archive {

enum class TensorType { f32, f64, u8, i64 };

// Bytes are little-endian, row-major.
struct Tensor {
  std::string name;
  TensorType type = TensorType::f32;
  std::vector<std::size_t> shape;
  std::vector<std::uint8_t> bytes;
};

struct Archive {
  std::vector<Tensor> tensors;                  // distinct names, written in this order
  std::map<std::string, std::string> metadata;  // the safetensors "__metadata__" map

  const Tensor* find(std::string_view name) const;
  // Throws Error(bad_data) "the model file has no tensor 'x'" / "... no entry 'x'".
  const Tensor& tensor(std::string_view name) const;
  const std::string& entry(std::string_view name) const;
};

// Tensor of floats, and back (checks the type; throws Error(bad_data)).
Tensor tensor_from_floats(std::string name, std::vector<std::size_t> shape, const float* values);
std::vector<float> floats(const Tensor& tensor);
Tensor tensor_from_doubles(std::string name, std::vector<std::size_t> shape, const double* values);
std::vector<double> doubles(const Tensor& tensor);
Tensor tensor_from_integers(std::string name, std::vector<std::size_t> shape, const std::int64_t* values);
std::vector<std::int64_t> integers(const Tensor& tensor);
// A list of strings as one u8 tensor: 4-byte little-endian length, bytes, for each.
Tensor tensor_from_strings(std::string name, const std::vector<std::string>& values);
std::vector<std::string> strings(const Tensor& tensor);

// What writing costs: a model is written once and sent around; what is replaced within minutes is not worth packing.
enum class Packing { small, none };

// Writes the gzip file (mtime 0, no name); finishing or committing the sink is the caller's work. Throws
// Error(internal) naming the tensor whose floats are not all finite, whose bytes do not fit its shape or
// whose name is taken, and for text that is not UTF-8; Error(bad_data) when names and metadata need more than
// the header's 64 MiB, or for too many tensors.
void write(const Archive& archive, files::ByteSink& sink, Packing packing = Packing::small);

// Validates everything before it trusts anything: gzip whole with its CRC, header at most 64 MiB, JSON depth,
// known types, ranges sorted, without gaps or overlap, ending at the end, shape x type equal to the range
// with overflow checks, at most 250,000 tensors, finite floats. Memory grows with what the file holds, not
// with what it claims. Throws Error(no_input), (io) or (bad_data) naming the file and saying what.
Archive read(const std::filesystem::path& path);
// The same from a file that is opened elsewhere; `name` is for errors.
Archive read(files::ByteSource& file, const std::string& name);

}  // namespace ctgan::synth::archive
