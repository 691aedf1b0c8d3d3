// Who works on a job. A claim is an exclusively created file, so that a job is worked on once; and a lock
// that the kernel takes away when its holder dies, however it dies. The lock is taken before the file is
// made: whoever sees the file and gets the lock knows that the worker is dead. The locked file names the
// process that holds it.
#pragma once

#include <optional>

#include "common/files/file.h"
#include "server/jobs/job_folder.h"

namespace ctgan::server::jobs {

// Held for life by the worker, or for a moment by whoever buries one.
class Claim {
 public:
  // Empty when somebody has claimed the job before.
  static std::optional<Claim> take(const JobFolder& folder);
  // The claim of a dead worker; empty when the job was never claimed or its worker lives.
  static std::optional<Claim> inherit(const JobFolder& folder);

 private:
  explicit Claim(files::FileHandle lock) : lock_(std::move(lock)) {}
  files::FileHandle lock_;
};

bool is_claimed(const JobFolder& folder);

// Kills the worker that holds the job. True once nobody holds it; false when its worker cannot be told (one
// of an older version, or on another machine).
bool stop_worker(const JobFolder& folder);

}  // namespace ctgan::server::jobs
