// A table being written: locked, so that two transfers never mix; durable after finish().
#pragma once

#include <cstdint>
#include <filesystem>

#include "common/files/byte_sink.h"
#include "common/files/file.h"

namespace ctgan::server::service {

class UploadFile : public files::ByteSink {
 public:
  // Goes on at `offset`; what stood behind it is cut off. Throws Error(try_again) while another transfer
  // writes it.
  UploadFile(const std::filesystem::path& path, std::uint64_t offset);
  void write(std::string_view bytes) override;
  void finish();

 private:
  files::FileHandle file_;
};

}  // namespace ctgan::server::service
