// A table being written: locked, so that two transfers never mix; durable after finish().
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>

#include "common/files/byte_sink.h"
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
  void finish();

 private:
  files::FileHandle file_;
};

}  // namespace ctgan::server::service
