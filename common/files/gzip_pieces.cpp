#include "common/files/gzip_pieces.h"

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <zlib.h>

#include <memory>
#include <new>
#include <span>
#include <vector>

#include "common/errors/error.h"

namespace ctgan::files {
namespace {

// Of ISA-L's levels 0 to 3 the densest before the speed falls; see docs/decisions.md.
constexpr std::uint32_t k_level = 2;

// ID1, ID2, deflate, no flags, mtime 0, no extra flags, Unix.
constexpr std::string_view k_header("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
constexpr std::size_t k_flags_at = 3;
constexpr char k_has_extra = 4;
constexpr std::string_view k_note_id = "CT";
constexpr std::size_t k_piece_bytes = std::size_t{480} << 10;

void append_little_endian(std::string& out, std::uint32_t value, int bytes = 4) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> 8 * i & 0xffU);
}

std::size_t two_bytes(std::string_view bytes) {
  return static_cast<std::uint8_t>(bytes[0]) + 256U * static_cast<std::uint8_t>(bytes[1]);
}

// So many bytes, or fewer at the end.
std::string read_exactly(ByteSource& source, std::size_t count) {
  std::string bytes(count, '\0');
  std::size_t filled = 0;
  while (filled < count) {
    const std::size_t got = source.read(std::span(bytes).subspan(filled));
    if (got == 0) break;
    filled += got;
  }
  bytes.resize(filled);
  return bytes;
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

std::string unpack_piece(const PackedPiece& piece) {
  std::string text(piece.length, '\0');
  inflate_state stream;  // NOLINT: isal_inflate_init fills it
  isal_inflate_init(&stream);
  stream.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(piece.bytes.data()));  // only read
  stream.avail_in = static_cast<std::uint32_t>(piece.bytes.size());
  stream.next_out = reinterpret_cast<std::uint8_t*>(text.data());
  stream.avail_out = static_cast<std::uint32_t>(text.size());
  const int status = isal_inflate(&stream);
  const std::uint32_t crc =
      crc32_gzip_refl(0, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  if (status < 0 || stream.avail_out != 0 || crc != piece.crc)
    throw errors::Error(errors::Kind::bad_data, "packed rows are damaged");
  return text;
}

GzipPieces::GzipPieces(ByteSink& sink, std::string_view note) : sink_(sink) {
  std::string header(k_header);
  if (!note.empty()) {
    header[k_flags_at] = k_has_extra;
    append_little_endian(header, static_cast<std::uint32_t>(note.size() + 4), 2);
    header += k_note_id;
    append_little_endian(header, static_cast<std::uint32_t>(note.size()), 2);
    header += note;
  }
  sink_.write(header);
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

void GzipPieceSink::write(std::string_view bytes) {
  waiting_ += bytes;
  if (waiting_.size() < k_piece_bytes) return;
  pieces_.write(pack_piece(waiting_));
  waiting_.clear();
}

void GzipPieceSink::finish() {
  pieces_.write(pack_piece(waiting_));
  pieces_.finish();
}

std::string read_gzip_note(ByteSource& source) {
  const std::string header = read_exactly(source, k_header.size() + 2);
  if (header.size() < k_header.size() + 2 || !header.starts_with(k_header.substr(0, k_flags_at)) ||
      (header[k_flags_at] & k_has_extra) == 0)
    return {};
  const std::string extra = read_exactly(source, two_bytes(std::string_view(header).substr(k_header.size())));
  for (std::string_view left = extra; left.size() >= 4;) {
    const std::string_view field = left.substr(4, two_bytes(left.substr(2)));
    if (left.starts_with(k_note_id)) return std::string(field);
    left.remove_prefix(4 + field.size());
  }
  return {};
}

}  // namespace ctgan::files
