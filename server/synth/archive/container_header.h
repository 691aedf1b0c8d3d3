// The JSON header of the tensor container, to text and back; grammar and limits are in archive_format.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/synth/archive/archive.h"

namespace ctgan::synth::archive {

// What the widest table needs that may be learnt: 20,000 columns (table::CsvLimits) of at most ten tensors,
// with names of table::k_most_name_bytes. safetensors itself reads headers up to 100 MB.
inline constexpr std::size_t k_header_limit = std::size_t{64} << 20;
inline constexpr std::size_t k_tensor_limit = 250'000;

// A tensor of which everything but its bytes is known.
struct TensorEntry {
  std::string name;
  TensorType type = TensorType::f32;
  std::vector<std::size_t> shape;
  std::uint64_t begin = 0;  // of its bytes, from the start of the data
  std::uint64_t end = 0;

  bool operator==(const TensorEntry&) const = default;
};

struct ContainerHeader {
  std::map<std::string, std::string> metadata;
  std::vector<TensorEntry> tensors;  // ascending ranges
};

// Bytes of one element: 1, 4 or 8.
std::size_t size_of(TensorType type);

// Elements x size. Throws Error(bad_data) when it does not fit 63 bits.
std::uint64_t byte_size(TensorType type, const std::vector<std::size_t>& shape);

// The header text, padded with spaces to a multiple of 8. REQUIRES: a valid header.
std::string header_text(const ContainerHeader& header);

// Checks every rule of the grammar. Throws Error(bad_data) that says which one is broken.
ContainerHeader parse_header(std::string_view text);

}  // namespace ctgan::synth::archive
