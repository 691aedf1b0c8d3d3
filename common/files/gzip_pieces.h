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

namespace ctgan::files {

struct PackedPiece {
  std::string bytes;         // deflated blocks that refer to nothing before them, up to a byte's end
  std::uint32_t crc = 0;     // CRC-32 of the text
  std::uint64_t length = 0;  // of the text
};

// Safe to call from several threads.
PackedPiece pack_piece(std::string_view text);

class GzipPieces {
 public:
  // Writes the header into `sink`, which must outlive it: mtime 0, no file name.
  explicit GzipPieces(ByteSink& sink);
  void write(const PackedPiece& piece);
  // Writes the trailer; must be called once, last.
  void finish();

 private:
  ByteSink& sink_;
  std::uint32_t crc_ = 0;
  std::uint64_t length_ = 0;
};

}  // namespace ctgan::files
