#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <exception>

#include "common/command_line/whole_number.h"
#include "common/threads/thread_pool.h"
#include "server/commands/commands.h"
#include "server/commands/open_store.h"
#include "server/jobs/job_folder.h"
#include "server/worker/worker.h"

namespace ctgan::server::commands {
namespace {

// Who logs in while a job works is not kept waiting by it.
void give_way() {
  constexpr int k_nice = 5;
  setpriority(PRIO_PROCESS, 0, k_nice);
}

worker::WorkerMeans means_of(const std::filesystem::path& root, int threads) {
  const settings::Settings settings = settings::read_settings(store::Layout(root).settings());
  const auto processors = static_cast<std::uint64_t>(threads::processors());
  if (threads <= 0) threads = static_cast<int>(std::min(settings.limits.job_threads, processors));
  return {threads, settings.encryption_key_file};
}

// By a process of its own: a worker never opens the database, which need not be within its reach.
void start_next(const std::filesystem::path& root, const std::string& job) {
  try {
    start_dispatch(root, jobs::JobFolder(store::Layout(root).job(job)).log());
  } catch (const std::exception&) {
    // Whoever comes next starts it.
  }
}

// Whether another worker has the job: a cluster numbers the tasks of an array from 0.
bool is_helper(const WorkOptions& options) {
  if (options.shard_from.empty()) return options.shard > 0;
  const char* text = std::getenv(options.shard_from.c_str());
  return command_line::whole_number(text == nullptr ? "" : text, "$" + options.shard_from) > 0;
}

}  // namespace

Outcome work(const std::filesystem::path& root, const WorkOptions& options) {
  give_way();
  std::exception_ptr ended;
  try {
    const worker::WorkerMeans means = means_of(root, options.threads);
    if (is_helper(options))
      worker::help_job(root, options.job, means);
    else
      worker::run_job(root, options.job, means);
  } catch (...) {
    ended = std::current_exception();
  }
  if (options.starts_next) start_next(root, options.job);
  if (ended) std::rethrow_exception(ended);
  return {};
}

Outcome dispatch(const std::filesystem::path& root) {
  OpenStore open(root);
  jobs_of(open, Starting::here).dispatch();
  return {};
}

}  // namespace ctgan::server::commands
