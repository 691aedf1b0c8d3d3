#include "server/worker/block_shares.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <string>

#include "common/errors/error.h"

namespace ctgan::server::worker {
namespace {

using errors::Error;
using errors::Kind;

// What stands before a piece's bytes.
struct PieceHeader {
  std::uint64_t bytes = 0;
  std::uint64_t length = 0;  // of its text
  std::uint64_t crc = 0;
  std::uint64_t rows = 0;
};

Error cut(const std::filesystem::path& path) {
  return {Kind::bad_data, fmt::format("{} is damaged", errors::quoted(path.string()))};
}

}  // namespace

// Several shares a worker, so that the slowest does not hold up the others for long.
BlockShares::BlockShares(const jobs::JobFolder& folder, std::size_t blocks, std::size_t workers)
    : folder_(folder),
      blocks_(blocks),
      count_(std::clamp<std::size_t>(4 * workers, 1, std::max<std::size_t>(blocks, 1))) {}

std::filesystem::path BlockShares::file(std::size_t share) const {
  return folder_.work_file(fmt::format("share-{}", share));
}

std::optional<files::FileHandle> BlockShares::take(std::size_t share) const {
  if (is_made(share)) return std::nullopt;
  const auto path = folder_.work_file(fmt::format("share-{}.lock", share));
  files::FileHandle held(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!held) throw errors::from_errno(errno, "open", path.string());
  // Made between the first look and the lock: looked at again.
  if (flock(held.get(), LOCK_EX | LOCK_NB) != 0 || is_made(share)) return std::nullopt;
  return held;
}

bool BlockShares::is_made(std::size_t share) const {
  return std::filesystem::exists(file(share));
}

void BlockShares::make(std::size_t share, const std::function<void(const Put& put)>& fill) const {
  files::AtomicFile out(file(share), files::AtomicFile::IfExists::replace);
  fill([&](const files::PackedPiece& piece, std::uint64_t rows) {
    const PieceHeader header{piece.bytes.size(), piece.length, piece.crc, rows};
    out.write({reinterpret_cast<const char*>(&header), sizeof header});
    out.write(piece.bytes);
  });
  out.commit();
}

void BlockShares::read(std::size_t share, const Put& take) const {
  const auto path = file(share);
  files::FileSource source(path);
  const std::uint64_t most = std::filesystem::file_size(path);
  for (;;) {
    PieceHeader header;
    std::array<char, sizeof header> raw{};
    const std::size_t got = files::read_up_to(source, raw);
    if (got == 0) return;
    std::memcpy(&header, raw.data(), sizeof header);
    if (got != raw.size() || header.bytes > most) throw cut(path);
    files::PackedPiece piece{std::string(header.bytes, '\0'), static_cast<std::uint32_t>(header.crc),
                             header.length};
    if (files::read_up_to(source, piece.bytes) != header.bytes) throw cut(path);
    take(piece, header.rows);
  }
}

void BlockShares::drop(std::size_t share) const {
  files::write_file(file(share), "", files::AtomicFile::IfExists::replace);
}

}  // namespace ctgan::server::worker
