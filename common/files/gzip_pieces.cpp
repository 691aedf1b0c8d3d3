#include "common/files/gzip_pieces.h"

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <zlib.h>

#include <memory>
#include <new>
#include <vector>

namespace ctgan::files {
namespace {

// Of ISA-L's levels 0 to 3 the densest before the speed falls; see docs/decisions.md.
constexpr std::uint32_t k_level = 2;

void append_little_endian(std::string& out, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift & 0xffU);
}

}  // namespace

PackedPiece pack_piece(std::string_view text) {
  PackedPiece piece;
  piece.length = text.size();
  piece.crc = crc32_gzip_refl(0, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  const auto stream = std::make_unique<isal_zstream>();
  std::vector<std::uint8_t> room(ISAL_DEF_LVL2_DEFAULT);
  isal_deflate_init(stream.get());
  stream->level = k_level;
  stream->level_buf = room.data();
  stream->level_buf_size = static_cast<std::uint32_t>(room.size());
  stream->flush = FULL_FLUSH;
  stream->next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));  // only read
  stream->avail_in = static_cast<std::uint32_t>(text.size());
  piece.bytes.resize(text.size() / 2 + 1024);
  for (std::size_t used = 0;; used = piece.bytes.size(), piece.bytes.resize(2 * used)) {
    stream->next_out = reinterpret_cast<std::uint8_t*>(piece.bytes.data() + used);
    stream->avail_out = static_cast<std::uint32_t>(piece.bytes.size() - used);
    if (isal_deflate(stream.get()) != COMP_OK) throw std::bad_alloc();
    if (stream->avail_out > 0) break;
  }
  piece.bytes.resize(piece.bytes.size() - stream->avail_out);
  return piece;
}

GzipPieces::GzipPieces(ByteSink& sink) : sink_(sink) {
  constexpr std::string_view k_header("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
  sink_.write(k_header);
}

void GzipPieces::write(const PackedPiece& piece) {
  crc_ = static_cast<std::uint32_t>(crc32_combine(crc_, piece.crc, static_cast<z_off_t>(piece.length)));
  length_ += piece.length;
  sink_.write(piece.bytes);
}

void GzipPieces::finish() {
  std::string end("\x03\0", 2);  // an empty last block
  append_little_endian(end, crc_);
  append_little_endian(end, static_cast<std::uint32_t>(length_));
  sink_.write(end);
}

}  // namespace ctgan::files
