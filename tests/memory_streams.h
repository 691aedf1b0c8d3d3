// Sources and sinks in memory.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "common/files/byte_sink.h"
#include "common/files/byte_source.h"

namespace ctgan::tests {

class MemorySink : public files::ByteSink {
 public:
  void write(std::string_view bytes) override { content += bytes; }
  std::string content;
};

// Hands out at most `piece` bytes at a time.
class MemorySource : public files::ByteSource {
 public:
  explicit MemorySource(std::string bytes, std::size_t piece = 7)
      : content_(std::move(bytes)), piece_(piece) {}
  std::size_t read(std::span<char> buffer) override {
    const std::size_t count = std::min({buffer.size(), piece_, content_.size() - used_});
    std::copy_n(content_.data() + used_, count, buffer.data());
    used_ += count;
    return count;
  }

 private:
  std::string content_;
  std::size_t piece_;
  std::size_t used_ = 0;
};

inline std::string read_all(files::ByteSource& source) {
  std::string all;
  char buffer[1000];
  while (const std::size_t got = source.read(buffer)) all.append(buffer, got);
  return all;
}

}  // namespace ctgan::tests
