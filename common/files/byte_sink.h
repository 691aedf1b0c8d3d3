// Where bytes go: a file, a gzip stream over another sink, memory in a test.
#pragma once

#include <string_view>

namespace ctgan::files {

// Not safe to share between threads.
class ByteSink {
 public:
  ByteSink() = default;
  ByteSink(const ByteSink&) = delete;
  ByteSink& operator=(const ByteSink&) = delete;
  virtual ~ByteSink() = default;

  // Takes all of `bytes` or throws Error(io).
  virtual void write(std::string_view bytes) = 0;
};

}  // namespace ctgan::files
