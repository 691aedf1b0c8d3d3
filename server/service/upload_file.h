// A table being written: locked, so that two transfers never mix.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "common/files/byte_sink.h"
#include "common/files/checksum.h"
#include "common/files/file.h"

namespace ctgan::server::service {

class UploadFile : public files::ByteSink {
 public:
  // Goes on at `offset`; what stood behind it is cut off. Throws Error(try_again) when another transfer
  // writes it and does not end within `patience`: one whose connection has just gone needs a moment to
  // notice.
  UploadFile(const std::filesystem::path& path, std::uint64_t offset,
             std::chrono::milliseconds patience = std::chrono::seconds(5));
  void write(std::string_view bytes) override;
  // Closes it: on a network file system what could not be written is heard here at the latest.
  void finish();

 private:
  files::FileHandle file_;
};

// Into the file and the hash at once.
class HashedUpload : public files::ByteSink {
 public:
  HashedUpload(const std::filesystem::path& path, std::uint64_t offset) : file_(path, offset) {}
  void write(std::string_view bytes) override;
  // SHA-256 of what was written here, behind the offset.
  std::string sha256() const { return hash_.hex(); }
  void finish() { file_.finish(); }

 private:
  UploadFile file_;
  files::Sha256 hash_;
};

}  // namespace ctgan::server::service
