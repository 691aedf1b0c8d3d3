#include "server/worker/worker.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/errors/error.h"
#include "common/failpoints/failpoint.h"
#include "common/files/file.h"
#include "server/jobs/claim.h"
#include "server/jobs/publication.h"
#include "server/store/root.h"
#include "server/worker/job_work.h"
#include "server/worker/stop_check.h"

namespace ctgan::server::worker {
namespace {

using errors::Error;
using errors::Kind;
using jobs::JobFolder;
using jobs::JobState;

JobFolder folder_of(const store::Layout& layout, const std::string& job) {
  const bool id = job.size() == 32 && job.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (id && std::filesystem::is_directory(layout.job(job))) return JobFolder(layout.job(job));
  throw Error(Kind::no_input, fmt::format("there is no job {}", errors::quoted(job)));
}

constexpr const char* k_reserve = "reserve";

// Room for the last words when the disk is full: it goes just before they are written.
void reserve_room(const JobFolder& folder) {
  constexpr off_t k_room = 16384;
  const auto path = folder.work_file(k_reserve);
  const files::FileHandle file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  const int failed = file ? posix_fallocate(file.get(), 0, k_room) : errno;
  if (failed != 0) throw errors::from_errno(failed, "write", path.string());
}

struct KindWork {
  jobs::JobKind kind;
  nlohmann::json (*run)(const jobs::JobRequest& request, const JobPlace& place);
};
constexpr std::array<KindWork, 4> k_work{{{jobs::JobKind::fit, run_fit},
                                          {jobs::JobKind::sample, run_sample},
                                          {jobs::JobKind::evaluate, run_evaluate},
                                          {jobs::JobKind::probe, run_probe}}};

nlohmann::json run(const jobs::JobRequest& request, const JobPlace& place) {
  return std::find_if(k_work.begin(), k_work.end(),
                      [&](const KindWork& row) { return row.kind == request.kind; })
      ->run(request, place);
}

int threads_of(const jobs::JobRequest& request, int threads) {
  const std::uint64_t most = request.limits.threads;
  return most == 0 ? threads : static_cast<int>(std::min(most, static_cast<std::uint64_t>(threads)));
}

jobs::JobStatus ended_by(const Error& error) {
  if (error.kind() == Kind::job_cancelled) return {JobState::cancelled, nullptr, nullptr, {}};
  return {JobState::failed, nullptr, errors::to_json(error), {}};
}

// The work files go last: that the product is gone means that it was published.
void finish(const JobFolder& folder, jobs::EventWriter& events, const jobs::JobStatus& status) {
  std::error_code ignored;
  std::filesystem::remove(folder.work_file(k_reserve), ignored);
  events.write({{"event", "state"}, {"state", store::job_state_name(status.state)}});
  folder.write_status(status);
  failpoints::failpoint("worker: its last word is written");
  folder.remove_work_files();
}

}  // namespace

void run_job(const std::filesystem::path& root, const std::string& job, const WorkerMeans& means) {
  const store::Layout layout(root);
  store::check_root(layout);
  const JobFolder folder = folder_of(layout, job);
  const auto claim = jobs::Claim::take(folder);
  if (!claim)
    throw Error(Kind::cannot_create, fmt::format("the job {} was claimed already", errors::quoted(job)));
  jobs::settle_dead(layout);
  jobs::EventWriter events(folder.events());
  bool committed = false;
  try {
    reserve_room(folder);
    const jobs::JobRequest request = folder.read_request();
    folder.write_status({JobState::running, nullptr, nullptr, {}});
    events.write({{"event", "state"}, {"state", "running"}});
    failpoints::failpoint("worker: it runs");
    const encryption::KeyRing keys = encryption::KeyRing::read(means.key_file, layout.root());
    nlohmann::json result = run(request, {layout, folder, events, keys, threads_of(request, means.threads),
                                          StopCheck::deadline_in(request.limits.minutes)});
    committed = true;
    failpoints::failpoint("worker: its products are published");
    finish(folder, events, {JobState::done, std::move(result), nullptr, {}});
  } catch (...) {
    // After the commit only the last words can fail: the job is done, and whoever looks finds that out.
    const Error error = errors::describe(std::current_exception());
    if (!committed) finish(folder, events, ended_by(error));
    throw;
  }
}

void help_job(const std::filesystem::path& root, const std::string& job, const WorkerMeans& means) {
  const store::Layout layout(root);
  store::check_root(layout);
  const JobFolder folder = folder_of(layout, job);
  const jobs::JobRequest request = folder.read_request();
  if (request.kind != jobs::JobKind::sample || request.shards <= 1)
    throw Error(Kind::usage, fmt::format("the job {} is one worker's", errors::quoted(job)));
  // What there is to say is said by the worker that has the claim.
  jobs::EventWriter events("/dev/null");
  const encryption::KeyRing keys = encryption::KeyRing::read(means.key_file, layout.root());
  help_sample(request, {layout, folder, events, keys, threads_of(request, means.threads),
                        StopCheck::deadline_in(request.limits.minutes)});
}

}  // namespace ctgan::server::worker
