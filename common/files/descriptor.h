// A pipe, socket or standard stream as a source and a sink. Does not own the descriptor.
#pragma once

#include "common/files/byte_sink.h"
#include "common/files/byte_source.h"

namespace ctgan::files {

class DescriptorSource : public ByteSource {
 public:
  explicit DescriptorSource(int descriptor) : descriptor_(descriptor) {}
  std::size_t read(std::span<char> buffer) override;

 private:
  int descriptor_;
};

// Writing to a closed pipe is Error(try_again), never a signal (SIGPIPE must be ignored by the process).
class DescriptorSink : public ByteSink {
 public:
  explicit DescriptorSink(int descriptor) : descriptor_(descriptor) {}
  void write(std::string_view bytes) override;

 private:
  int descriptor_;
};

// Lets a pipe hold a megabyte, so that its two ends wait for each other less; anything else is left alone.
void widen_pipe(int descriptor);

}  // namespace ctgan::files
