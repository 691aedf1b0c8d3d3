#include "common/files/gzip.h"

#include <fmt/format.h>
#include <isa-l/igzip_lib.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>
#include <optional>
#include <utility>

#include "common/errors/error.h"
#include "common/files/file.h"

namespace ctgan::files {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::size_t k_buffer = 65536;
constexpr int k_gzip_window = 15 + 16;

Bytef* bytes_of(char* text) {
  return reinterpret_cast<Bytef*>(text);
}

}  // namespace

struct GzipSink::State {
  z_stream stream{};
  std::array<char, k_buffer> out{};
};

GzipSink::GzipSink(ByteSink& sink, int level) : sink_(sink), state_(std::make_unique<State>()) {
  if (deflateInit2(&state_->stream, level, Z_DEFLATED, k_gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
}

GzipSink::~GzipSink() {
  deflateEnd(&state_->stream);
}

void GzipSink::write(std::string_view bytes) {
  z_stream& z = state_->stream;
  while (!bytes.empty()) {
    const std::size_t piece = std::min<std::size_t>(bytes.size(), std::size_t{1} << 30);
    z.next_in = bytes_of(const_cast<char*>(bytes.data()));  // zlib only reads it
    z.avail_in = static_cast<uInt>(piece);
    while (z.avail_in > 0) {
      z.next_out = bytes_of(state_->out.data());
      z.avail_out = k_buffer;
      deflate(&z, Z_NO_FLUSH);
      sink_.write({state_->out.data(), k_buffer - z.avail_out});
    }
    bytes.remove_prefix(piece);
  }
}

void GzipSink::finish() {
  z_stream& z = state_->stream;
  int status = Z_OK;
  while (status != Z_STREAM_END) {
    z.next_out = bytes_of(state_->out.data());
    z.avail_out = k_buffer;
    status = deflate(&z, Z_FINISH);
    sink_.write({state_->out.data(), k_buffer - z.avail_out});
  }
}

struct GunzipSource::State {
  State(ByteSource& inner, GunzipLimits given) : source(inner), limits(given) {}

  ByteSource& source;
  GunzipLimits limits;
  inflate_state stream;  // NOLINT: isal_inflate_init fills it
  // Kept while a header is read: isal_inflate's own reading forgets the flags where the header comes in two pieces.
  isal_gzip_header header{};
  bool in_header = true;
  std::array<char, k_buffer> in{};
  std::uint64_t packed = 0;
  std::uint64_t unpacked = 0;
  bool between_members = false;
  bool ended = false;

  bool refill() {
    const std::size_t got = source.read(in);
    stream.next_in = bytes_of(in.data());
    stream.avail_in = static_cast<std::uint32_t>(got);
    packed += got;
    return got > 0;
  }

  [[noreturn]] void damaged(std::string_view what) const {
    throw Error(Kind::bad_data,
                fmt::format("the gzip data is {} near byte {}", what, packed - stream.avail_in),
                "copy or create the file again");
  }

  void check_limits() const {
    if (unpacked > limits.unpacked_bytes) {
      throw Error(Kind::bad_data,
                  fmt::format("the gzip data unpacks to more than {} bytes", limits.unpacked_bytes));
    }
    if (unpacked > (std::uint64_t{1} << 20) && unpacked / limits.ratio > packed) damaged("implausibly dense");
  }

  // False at a clean end.
  bool begin_member() {
    if (stream.avail_in == 0 && !refill()) return false;
    isal_inflate_reset(&stream);
    expect_header();
    between_members = false;
    return true;
  }

  void expect_header() {
    stream.crc_flag = ISAL_GZIP_NO_HDR_VER;
    header = {};
    in_header = true;
  }

  void read_header() {
    const int status = isal_read_gzip_header(&stream, &header);
    if (status == ISAL_DECOMP_OK) {
      in_header = false;
    } else if (status != ISAL_END_INPUT) {
      damaged("damaged");
    } else if (!refill()) {
      damaged("truncated");
    }
  }

  // Unpacks what the stream has room for, or reads more when that is nothing.
  void advance(std::size_t room) {
    if (in_header) return read_header();
    if (isal_inflate(&stream) < 0) damaged("damaged");
    between_members = stream.block_state == ISAL_BLOCK_FINISH;
    if (!between_members && stream.avail_out == room && stream.avail_in == 0 && !refill())
      damaged("truncated");
  }
};

GunzipSource::GunzipSource(ByteSource& source, GunzipLimits limits)
    : state_(std::make_unique<State>(source, limits)) {
  isal_inflate_init(&state_->stream);
  state_->expect_header();
  state_->stream.avail_in = 0;
}

GunzipSource::~GunzipSource() = default;

std::size_t GunzipSource::read(std::span<char> buffer) {
  State& s = *state_;
  const std::size_t wanted = std::min<std::size_t>(buffer.size(), std::size_t{1} << 30);
  s.stream.next_out = bytes_of(buffer.data());
  s.stream.avail_out = static_cast<std::uint32_t>(wanted);
  while (!s.ended && s.stream.avail_out == wanted && wanted > 0) {
    s.ended = s.between_members && !s.begin_member();
    if (!s.ended) s.advance(wanted);
  }
  const std::size_t got = wanted - s.stream.avail_out;
  s.unpacked += got;
  s.check_limits();
  return got;
}

namespace {

// Hands out what was peeked first, then the rest of the file.
class PeekedSource : public ByteSource {
 public:
  explicit PeekedSource(const std::filesystem::path& path) : file_(path) {
    while (peeked_ < head_.size()) {
      const std::size_t got = file_.read(std::span(head_).subspan(peeked_));
      if (got == 0) break;
      peeked_ += got;
    }
  }
  bool is_gzip() const { return peeked_ == 2 && head_[0] == '\x1f' && head_[1] == '\x8b'; }
  std::size_t read(std::span<char> buffer) override {
    if (given_ == peeked_) return file_.read(buffer);
    const std::size_t count = std::min(buffer.size(), peeked_ - given_);
    std::copy_n(head_.data() + given_, count, buffer.data());
    given_ += count;
    return count;
  }

 private:
  FileSource file_;
  std::array<char, 2> head_{};
  std::size_t peeked_ = 0;
  std::size_t given_ = 0;
};

class MaybeGzip : public ByteSource {
 public:
  MaybeGzip(const std::filesystem::path& path, GunzipLimits limits) : file_(path) {
    if (file_.is_gzip()) unpacked_.emplace(file_, limits);
  }
  std::size_t read(std::span<char> buffer) override {
    return unpacked_ ? unpacked_->read(buffer) : file_.read(buffer);
  }

 private:
  PeekedSource file_;
  std::optional<GunzipSource> unpacked_;
};

}  // namespace

std::unique_ptr<ByteSource> open_maybe_gzip(const std::filesystem::path& path, GunzipLimits limits) {
  return std::make_unique<MaybeGzip>(path, limits);
}

}  // namespace ctgan::files
