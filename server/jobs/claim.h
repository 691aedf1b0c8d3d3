// Who works on a job. A claim is an exclusively created file, so that a job is worked on once, or once more after each
// death where it may go on; and a lock that the kernel takes away when its holder dies, however it dies. Whoever gets
// the lock of a claimed job knows that the worker is dead. The locked file names the process that holds it.
#pragma once

#include <optional>

#include "common/files/file.h"
#include "server/jobs/job_folder.h"

namespace ctgan::server::jobs {

// Held for life by the worker, or for a moment by whoever settles what one has left.
class Claim {
 public:
  // For a worker. Empty when somebody works on the job, has worked on it (unless it may go on, job_folder.h), or was to
  // stop it. Waits two seconds for who only looks after the job.
  static std::optional<Claim> take(const JobFolder& folder);
  // For who settles it: nobody works on it then, nor begins to. Empty when its worker lives.
  static std::optional<Claim> settle(const JobFolder& folder);

 private:
  explicit Claim(files::FileHandle lock) : lock_(std::move(lock)) {}
  files::FileHandle lock_;
};

// Whether the worker that was started last has claimed the job.
bool is_claimed(const JobFolder& folder);
// The same, of a job whose start (JobFolder::read_start) was read already.
bool is_claimed(const JobFolder& folder, const Json& start);
// Whether somebody holds its lock.
bool is_held(const JobFolder& folder);

// Kills the worker that holds the job. True once nobody holds it; false when its worker cannot be told (one of an older
// version) or is on another machine.
bool stop_worker(const JobFolder& folder);

}  // namespace ctgan::server::jobs
