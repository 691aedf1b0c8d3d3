// Where bytes come from: a file, a gzip stream over another source, memory in a test.
#pragma once

#include <cstddef>
#include <span>

namespace ctgan::files {

// Not safe to share between threads.
class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  // Fills the front of `buffer` and returns how many bytes; 0 means the end. Throws Error(io), or
  // Error(bad_data) when the content is damaged.
  virtual std::size_t read(std::span<char> buffer) = 0;
};

// Fills `buffer`; returns how many bytes there were where the source ended before that.
std::size_t read_up_to(ByteSource& source, std::span<char> buffer);

}  // namespace ctgan::files
