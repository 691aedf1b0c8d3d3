#include "server/jobs/job_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "common/secrets/secret.h"
#include "server/jobs/claim.h"
#include "server/jobs/publication.h"
#include "server/store/presence.h"

namespace ctgan::server::jobs {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::size_t k_id_bytes = 16;

}  // namespace

Job JobBook::submit_upload(const JobRequest& request, const std::string& request_id,
                           const std::function<store::Upload()>& find_upload) {
  return enter(request, request_id, [&] {
    const store::Upload upload = find_upload();
    if (!upload.complete) {
      throw Error(Kind::bad_data,
                  fmt::format("the upload of {} is not complete", errors::quoted(upload.name)),
                  "send the rest of it first");
    }
    const auto from = store_.layout().upload(upload.user, upload.id);
    const auto to = store_.layout().job(upload.id);
    // Both are there in turn when an earlier try ended between the rename and the commit.
    if (std::filesystem::exists(from)) {
      std::filesystem::rename(from, to);
      files::sync_folder(store_.layout().jobs());
    }
    JobFolder(to).write_request(request);
    store_.uploads().forget(upload);
    return upload.id;
  });
}

Job JobBook::submit(const JobRequest& request, const std::string& request_id) {
  return enter(request, request_id, [&] {
    std::string id = secrets::random_hex(k_id_bytes);
    const JobFolder folder(store_.layout().job(id));
    files::make_private_folder(folder.path());
    folder.write_request(request);
    return id;
  });
}

Job JobBook::enter(const JobRequest& request, const std::string& request_id,
                   const std::function<std::string()>& prepare) {
  store::Transaction transaction(store_.database());
  auto job = store_.jobs().find_request(request.user, request_id);
  if (!job) {
    if (admission_) admission_(request);
    job.emplace();
    job->id = prepare();
    job->user = request.user;
    job->request_id = request_id;
    job->kind = request.kind;
    job->created = store_.clock()();
    store_.jobs().insert(*job);
  }
  transaction.commit();
  start_if_forgotten(*job);
  dispatch();
  return store_.jobs().require(job->user, job->id);
}

std::optional<Job> JobBook::find_submitted(const std::string& user, const std::string& request_id) {
  auto job = store_.jobs().find_request(user, request_id);
  if (!job) return job;
  start_if_forgotten(*job);
  dispatch();
  return store_.jobs().require(user, job->id);
}

// Whoever marked it as starting may have died before it was.
void JobBook::start_if_forgotten(const Job& job) {
  if (job.state == JobState::starting && !is_claimed(folder(job))) start(job);
}

void JobBook::start(const Job& job) {
  try {
    runner_->start(job.id);
  } catch (const Error& error) {
    const auto claim = Claim::take(folder(job));
    if (!claim) return;
    folder(job).write_status({JobState::failed, nullptr, errors::to_json(error), {}});
    fold(job);
  }
}

LastTurn JobBook::last_turn() {
  return [this](const std::string& user) { return store_.jobs().last_turn(user); };
}

std::size_t JobBook::dispatch() {
  std::size_t lost = 0;
  for (const Job& job : store_.jobs().unfinished()) {
    try {
      if (fold(job).state == JobState::lost) ++lost;
    } catch (const Error&) {
      // A damaged folder counts as running: it keeps its place, and nobody else's job from being looked at.
    }
  }
  for (;;) {
    store::Transaction transaction(store_.database());
    const auto next = next_to_start(store_.jobs().unfinished(), last_turn(), limits_);
    if (!next) return lost;
    store_.jobs().mark_started(next->id, store_.clock()());
    transaction.commit();
    start(store_.jobs().require(next->user, next->id));
  }
}

std::size_t JobBook::ahead_of(const Job& job) {
  std::size_t ahead = 0;
  for (const Job& one : queue_order(store_.jobs().unfinished(), last_turn())) {
    if (one.id == job.id) break;
    // Those of users who are locked wait on.
    if (!limits_.of_one || limits_.of_one(one.user) > 0) ++ahead;
  }
  return ahead;
}

Job JobBook::find(const store::Owner& user, const std::string& id) {
  return refresh(store_.jobs().require(user, id));
}

std::vector<Job> JobBook::list(const store::Owner& user, std::optional<std::int64_t> before, int most) {
  std::vector<Job> jobs = store_.jobs().list(user, before, most);
  for (Job& job : jobs) job = refresh(std::move(job));
  return jobs;
}

Job JobBook::refresh(Job job) {
  if (store::is_final(job.state)) return job;
  // Somebody else may have started it.
  if (job.state == JobState::queued) job = store_.jobs().require(job.user, job.id);
  job = fold(std::move(job));
  if (store::is_final(job.state)) dispatch();
  return job;
}

Job JobBook::fold(Job job) {
  if (store::is_final(job.state)) return job;
  JobStatus status = look(job);
  if (status.state == job.state) return job;
  if (store::is_final(status.state)) folder(job).remove_work_files();
  job.state = status.state;
  if (job.state == JobState::done) job.result = std::move(status.result);
  if (job.state == JobState::failed) job.error = std::move(status.error);
  store::Transaction transaction(store_.database());
  if (store_.jobs().update(job) && job.state == JobState::done) note_artifacts(job);
  transaction.commit();
  return job;
}

Job JobBook::cancel(Job job) {
  constexpr std::chrono::milliseconds k_grace{1000}, k_pause{10};
  job = refresh(std::move(job));
  if (store::is_final(job.state)) return job;
  const JobFolder folder = this->folder(job);
  folder.ask_to_stop();
  // Claimed, so that a worker that comes after all finds the job taken.
  if (const auto claim = Claim::take(folder)) {
    settle(folder, store_.layout());
    return refresh(std::move(job));
  }
  const auto end = std::chrono::steady_clock::now() + k_grace;
  while (store::is_locked(folder.lock()) && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(k_pause);
  if (!stop_worker(folder)) {
    throw Error(Kind::try_again,
                fmt::format("the job {} was told to stop, and has not yet", errors::quoted(job.id)),
                "its worker cannot be reached from here; it stops at its next step");
  }
  return refresh(std::move(job));
}

JobStatus JobBook::look(const Job& job) {
  const JobFolder folder = this->folder(job);
  // Nothing is left to look at when somebody removed it.
  if (!std::filesystem::exists(folder.path())) return {JobState::lost, nullptr, nullptr, {}};
  if (is_claimed(folder)) {
    if (const auto claim = Claim::inherit(folder)) return settle(folder, store_.layout());
    JobStatus status = folder.read_status();
    if (status.state == JobState::queued) status.state = job.state;
    return status;
  }
  JobStatus status = folder.read_status();
  if (store::is_final(status.state)) return status;
  if (status.state == JobState::queued) status.state = job.state;
  const std::int64_t age = store_.clock()() - job.started;
  if (job.state == JobState::queued || runner_->may_still_start(job.id, age)) return status;
  // Claimed first, so that a worker that comes after all finds the job taken.
  if (const auto claim = Claim::take(folder)) return settle(folder, store_.layout());
  return folder.read_status();
}

void JobBook::note_artifacts(const Job& job) {
  const auto note = [&](store::Shelf shelf, const char* name, const char* bytes, const char* sha256) {
    if (!job.result.contains(name)) return;
    store_.shelves().note(shelf, job.user, job.result.at(name), job.result.at(bytes), job.result.at(sha256));
  };
  note(store::Shelf::models, "model", "bytes", "sha256");
  note(store::Shelf::sidecars, "sidecar", "sidecar_bytes", "sidecar_sha256");
  note(store::Shelf::reports, "report", "report_bytes", "report_sha256");
  note(store::Shelf::evaluations, "evaluation", "evaluation_bytes", "evaluation_sha256");
  note(store::Shelf::data, "data", "bytes", "sha256");
}

}  // namespace ctgan::server::jobs
