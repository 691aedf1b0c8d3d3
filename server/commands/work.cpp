#include "server/worker/worker.h"

#include <sys/resource.h>

#include <algorithm>
#include <exception>

#include "common/process/child_process.h"
#include "common/threads/thread_pool.h"
#include "server/commands/commands.h"
#include "server/commands/open_store.h"
#include "server/jobs/job_folder.h"

namespace ctgan::server::commands {
namespace {

// Who logs in while a job works is not kept waiting by it.
void give_way() {
  constexpr int k_nice = 5;
  setpriority(PRIO_PROCESS, 0, k_nice);
}

int threads_of_a_job(const std::filesystem::path& root) {
  const std::uint64_t most = settings::read_settings(store::Layout(root).settings()).limits.job_threads;
  return static_cast<int>(std::min<std::uint64_t>(most, static_cast<std::uint64_t>(threads::processors())));
}

// By a process of its own: a worker never opens the database, which need not be within its reach.
void start_next(const std::filesystem::path& root, const std::string& job) {
  const jobs::JobFolder folder(store::Layout(root).job(job));
  try {
    process::start_detached({process::own_executable().string(), "--root", root.string(), "dispatch"},
                            folder.log());
  } catch (const std::exception&) {
    // Whoever comes next starts it.
  }
}

}  // namespace

Outcome work(const std::filesystem::path& root, const WorkOptions& options) {
  give_way();
  try {
    worker::run_job(root, options.job, threads_of_a_job(root));
  } catch (...) {
    if (options.starts_next) start_next(root, options.job);
    throw;
  }
  if (options.starts_next) start_next(root, options.job);
  return {};
}

Outcome dispatch(const std::filesystem::path& root) {
  OpenStore open(root);
  jobs_of(open).dispatch();
  return {};
}

}  // namespace ctgan::server::commands
