#include "server/jobs/process_runner.h"

#include "common/process/child_process.h"
#include "server/jobs/job_folder.h"

namespace ctgan::server::jobs {

void ProcessRunner::start(const std::string& job) {
  const JobFolder folder(layout_.job(job));
  process::start_detached(
      {process::own_executable().string(), "--root", layout_.root().string(), "work", "--dispatch", job},
      folder.log());
}

bool ProcessRunner::may_still_start(const std::string& /*job*/, std::int64_t age) const {
  // From exec to claim takes milliseconds; a machine that swaps may need longer.
  constexpr std::int64_t k_patience_seconds = 60;
  return age < k_patience_seconds;
}

}  // namespace ctgan::server::jobs
