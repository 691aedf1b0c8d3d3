// One gzip stream (RFC 1952, a single member) out of pieces that are packed apart, by any number of threads.
//
//     GzipPieces gzip(sink);
//     gzip.write(pack_piece(text));      // pack_piece anywhere, write in order
//     gzip.finish();
//
// The bytes depend on the pieces, not on who packs them. The packer is ISA-L's, several times as fast as zlib
// and less dense than its level 6: for rows that are drawn faster than zlib packs them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/files/byte_sink.h"
#include "common/files/byte_source.h"

namespace ctgan::files {

struct PackedPiece {
  std::string bytes;         // deflated blocks that refer to nothing before them, up to a byte's end
  std::uint32_t crc = 0;     // CRC-32 of the text
  std::uint64_t length = 0;  // of the text
};

// Safe to call from several threads.
PackedPiece pack_piece(std::string_view text);
// Its text. Throws Error(bad_data) unless it has the length and the sum that the piece tells.
std::string unpack_piece(const PackedPiece& piece);

class GzipPieces {
 public:
  // Writes the header into `sink`, which must outlive it: mtime 0, no file name. A `note`, at most 65,000
  // bytes, stands in the header's extra field (RFC 1952, section 2.3.1.1), under "CT": readers pass over it.
  explicit GzipPieces(ByteSink& sink, std::string_view note = {});
  void write(const PackedPiece& piece);
  // Writes the trailer; must be called once, last.
  void finish();

 private:
  ByteSink& sink_;
  std::uint32_t crc_ = 0;
  std::uint64_t length_ = 0;
};

// A stream that is packed as it comes, in pieces.
class GzipPieceSink : public ByteSink {
 public:
  // `sink` must outlive it.
  explicit GzipPieceSink(ByteSink& sink) : pieces_(sink) {}
  void write(std::string_view bytes) override;
  // As GzipPieces::finish.
  void finish();

 private:
  GzipPieces pieces_;
  std::string waiting_;
};

// The note of the gzip stream that `source` begins with; empty when it has none.
std::string read_gzip_note(ByteSource& source);

}  // namespace ctgan::files
