// The blocks of one sample, drawn by several workers at once: consecutive blocks are a share, and whoever is free takes
// the next one. Blocks depend on nothing but the model, the seed and their number, so who draws them leaves no trace.
//
// A share is taken by a lock in the job's folder, which the kernel lets go of with its holder, and made by a file under
// its name: of a worker that dies nothing is missed but time. Any number of workers may come and go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "common/files/file.h"
#include "common/files/gzip_pieces.h"
#include "server/jobs/job_folder.h"

namespace ctgan::server::worker {

class BlockShares {
 public:
  // `workers`, at least 1: as many as are expected. `folder` outlives it.
  BlockShares(const jobs::JobFolder& folder, std::size_t blocks, std::size_t workers);

  std::size_t count() const { return count_; }
  std::size_t first_block(std::size_t share) const { return blocks_ * share / count_; }
  std::size_t end_block(std::size_t share) const { return first_block(share + 1); }

  // Held as long as the handle lives; empty when somebody is at it, or it is made.
  std::optional<files::FileHandle> take(std::size_t share) const;
  bool is_made(std::size_t share) const;
  // One block's lines, packed.
  using Put = std::function<void(const files::PackedPiece& piece, std::uint64_t rows)>;
  // Durable once `fill`, which hands over the blocks' pieces in their order, returns. The caller holds the share.
  void make(std::size_t share, const std::function<void(const Put& put)>& fill) const;
  // Hands out the pieces of a share that is made. Throws Error(bad_data) for a file that was cut.
  void read(std::size_t share, const Put& take) const;
  // Its room on the disk is no longer needed; it counts as made. The caller holds it, or has read it.
  void drop(std::size_t share) const;

 private:
  std::filesystem::path file(std::size_t share) const;

  const jobs::JobFolder& folder_;
  std::size_t blocks_, count_;
};

}  // namespace ctgan::server::worker
