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

void read_all(files::ByteSource& source, std::span<char> buffer) {
  if (files::read_up_to(source, buffer) != buffer.size()) {
    throw Error(Kind::bad_data, "it ends too early");
  }
}

// The packed file, whose header is looked at before anything is unpacked.
class CheckedGzip : public files::ByteSource {
 public:
  explicit CheckedGzip(files::ByteSource& file) : file_(file) {
    if (files::read_up_to(file, head_) != head_.size() || (head_ != k_packed && head_ != k_not_packed)) {
      throw Error(Kind::bad_data, "it does not start as a model file does",
                  "use the file as it was downloaded");
    }
  }
  std::size_t read(std::span<char> buffer) override {
    if (passed_ == head_.size()) return file_.read(buffer);
    const std::size_t count = std::min(buffer.size(), head_.size() - passed_);
    std::copy_n(head_.begin() + static_cast<std::ptrdiff_t>(passed_), count, buffer.begin());
    passed_ += count;
    return count;
  }

 private:
  files::ByteSource& file_;
  GzipHeader head_{};
  std::size_t passed_ = 0;
};

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
  files::FileSource file(path);
  return read(file, path.filename().string());
}

Archive read(files::ByteSource& file, const std::string& name) {
  try {
    CheckedGzip packed(file);
    files::GunzipSource gunzip(packed);
    return read_container(gunzip);
  } catch (const Error& error) {
    if (error.kind() != Kind::bad_data) {
      throw;
    }
    throw Error(Kind::bad_data,
                "the model file " + errors::quoted(name) + " cannot be used: " + error.sentence(),
                error.hint());
  }
}

}  // namespace ctgan::synth::archive
