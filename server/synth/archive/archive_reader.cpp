#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "common/files/gzip.h"
#include "server/synth/archive/archive.h"
#include "server/synth/archive/container_header.h"
#include "server/synth/archive/finite.h"

namespace ctgan::synth::archive {
namespace {

using errors::Error;
using errors::Kind;

using GzipHeader = std::array<char, 10>;
constexpr GzipHeader k_packed = {'\x1f', '\x8b', 8, 0, 0, 0, 0, 0, 0, 3};
// Deflate says of itself that it was quick.
constexpr GzipHeader k_not_packed = {'\x1f', '\x8b', 8, 0, 0, 0, 0, 0, 4, 3};
// How far memory may run ahead of the bytes that have arrived.
constexpr std::uint64_t k_piece = std::uint64_t{1} << 20;

// As many bytes as there are, up to the buffer's size.
std::size_t read_some(files::ByteSource& source, std::span<char> buffer) {
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const std::size_t got = source.read(buffer.subspan(filled));
    if (got == 0) {
      break;
    }
    filled += got;
  }
  return filled;
}

void read_all(files::ByteSource& source, std::span<char> buffer) {
  if (read_some(source, buffer) != buffer.size()) {
    throw Error(Kind::bad_data, "it ends too early");
  }
}

void check_gzip_header(const std::filesystem::path& path) {
  files::FileSource file(path);
  GzipHeader head{};
  if (read_some(file, head) != head.size() || (head != k_packed && head != k_not_packed)) {
    throw Error(Kind::bad_data, "it does not start as a model file does",
                "use the file as it was downloaded");
  }
}

ContainerHeader read_header(files::ByteSource& source) {
  std::array<char, 8> bytes{};
  read_all(source, bytes);
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof(length));
  if (length > k_header_limit || length % 8 != 0) {
    throw Error(Kind::bad_data, "its header claims " + std::to_string(length) +
                                    " bytes, which is not a multiple of 8 of at most " +
                                    std::to_string(k_header_limit));
  }
  std::string text;
  while (text.size() < length) {
    const std::size_t before = text.size();
    text.resize(before + std::min(length - before, k_piece));
    read_all(source, std::span(text).subspan(before));
  }
  return parse_header(text);
}

Tensor read_tensor(files::ByteSource& source, const TensorEntry& entry) {
  Tensor tensor{.name = entry.name, .type = entry.type, .shape = entry.shape, .bytes = {}};
  std::uint64_t left = entry.end - entry.begin;
  while (left > 0) {
    const std::size_t piece = std::min(left, k_piece);
    const std::size_t before = tensor.bytes.size();
    tensor.bytes.resize(before + piece);
    read_all(source, {reinterpret_cast<char*>(tensor.bytes.data()) + before, piece});
    left -= piece;
  }
  if (!all_finite(tensor)) {
    throw Error(Kind::bad_data,
                "tensor " + errors::quoted(tensor.name) + " holds a number that is not finite");
  }
  return tensor;
}

Archive read_container(files::ByteSource& source) {
  ContainerHeader header = read_header(source);
  Archive archive{.tensors = {}, .metadata = std::move(header.metadata)};
  for (const TensorEntry& entry : header.tensors) {
    archive.tensors.push_back(read_tensor(source, entry));
  }
  // Reading on to the end also makes gzip compare its checksum.
  std::array<char, 1> more{};
  if (source.read(more) != 0) {
    throw Error(Kind::bad_data, "it has bytes after its last tensor");
  }
  return archive;
}

}  // namespace

Archive read(const std::filesystem::path& path) {
  try {
    check_gzip_header(path);
    files::FileSource file(path);
    files::GunzipSource gunzip(file);
    return read_container(gunzip);
  } catch (const Error& error) {
    if (error.kind() != Kind::bad_data) {
      throw;
    }
    throw Error(
        Kind::bad_data,
        "the model file " + errors::quoted(path.filename().string()) + " cannot be used: " + error.sentence(),
        error.hint());
  }
}

}  // namespace ctgan::synth::archive
