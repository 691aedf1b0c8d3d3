// gzip streams over any sink or source (RFC 1952).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "common/files/byte_sink.h"
#include "common/files/byte_source.h"

namespace ctgan::files {

// Compresses into `sink`, which must outlive it. mtime 0, no file name: equal bytes in, equal bytes out.
class GzipSink : public ByteSink {
 public:
  explicit GzipSink(ByteSink& sink, int level = 6);
  ~GzipSink() override;
  void write(std::string_view bytes) override;
  // Writes the trailer; must be called once, last. The inner sink stays open.
  void finish();

 private:
  struct State;
  ByteSink& sink_;
  std::unique_ptr<State> state_;
};

struct GunzipLimits {
  std::uint64_t unpacked_bytes = std::uint64_t{64} << 30;
  std::uint64_t ratio = 1100;  // deflate's own maximum is 1032
};

// Unpacks `source`, which must outlive it. Several members are read as one stream. Throws Error(bad_data) for
// truncated or damaged data, trailing garbage and a passed limit.
class GunzipSource : public ByteSource {
 public:
  explicit GunzipSource(ByteSource& source, GunzipLimits limits = {});
  ~GunzipSource() override;
  std::size_t read(std::span<char> buffer) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// A source over a file that unpacks gzip when the content starts with its magic bytes, and passes anything
// else through.
std::unique_ptr<ByteSource> open_maybe_gzip(const std::filesystem::path& path, GunzipLimits limits = {});

}  // namespace ctgan::files
