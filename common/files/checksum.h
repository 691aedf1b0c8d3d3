// SHA-256, in lower-case hex.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include "common/files/byte_sink.h"

namespace ctgan::files {

class Sha256 : public ByteSink {
 public:
  Sha256();
  ~Sha256() override;
  void write(std::string_view bytes) override;
  // The hash of all bytes so far; more may follow.
  std::string hex() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Adds the file's first `bytes` bytes (all by default). Throws as FileSource, and Error(bad_data) when it is
// shorter.
void hash_file(Sha256& hash, const std::filesystem::path& path,
               std::uint64_t bytes = std::numeric_limits<std::uint64_t>::max());

std::string sha256_of(std::string_view bytes);
// Of the file's first `bytes` bytes (all by default). Throws as FileSource, and Error(bad_data) when it is
// shorter.
std::string sha256_of_file(const std::filesystem::path& path,
                           std::uint64_t bytes = std::numeric_limits<std::uint64_t>::max());

}  // namespace ctgan::files
