#include "server/jobs/job_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "common/errors/error.h"
#include "common/failpoints/failpoint.h"
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

void require_complete(const store::Upload& upload) {
  if (upload.complete) return;
  throw Error(Kind::bad_data, fmt::format("the upload of {} is not complete", errors::quoted(upload.name)),
              "send the rest of it first");
}

// As above, after a try that broke off it is there already.
void take_table(store::Store& store, const store::Upload& upload, const std::filesystem::path& to) {
  if (!std::filesystem::exists(to)) std::filesystem::rename(store.uploads().file(upload), to);
  store.uploads().remove(upload);
}

bool is_free_within(const JobFolder& folder, std::chrono::milliseconds patience) {
  constexpr std::chrono::milliseconds k_pause{10};
  const auto end = std::chrono::steady_clock::now() + patience;
  while (is_held(folder)) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(k_pause);
  }
  return true;
}

// What its user is told of a job that somebody else has ended.
Json cancelled_by(const std::string& who, const Job& job, bool has_parties) {
  if (who.empty() || who == job.user) return nullptr;
  return errors::to_json(
      Error(Kind::job_cancelled,
            fmt::format("the job {} was cancelled by {}", errors::quoted(job.id), errors::quoted(who)),
            has_parties ? "submit it again with 'fit'"
                        : fmt::format("'manage jobs retry {}' submits it again", job.id)));
}

// What lists tell of what a job made: how many rows, by which method, and what its report or its guarantee says.
std::string facts_text(const Json& result) {
  Json facts = Json::object();
  for (const char* key : {"rows", "method"})
    if (const auto found = result.find(key); found != result.end()) facts[key] = *found;
  if (const auto privacy = result.find("privacy"); privacy != result.end() && privacy->contains("epsilon"))
    facts["epsilon"] = privacy->at("epsilon");
  if (const auto verdict = result.find("verdict"); verdict != result.end() && verdict->contains("release"))
    facts["verdict"] = verdict->at("release").value("verdict", "");
  return facts.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

Job JobBook::submit_uploads(const JobRequest& request, const std::string& request_id,
                            const FindUploads& find_uploads) {
  return enter(request, request_id, [&] {
    const std::vector<store::Upload> uploads = find_uploads();
    for (const store::Upload& upload : uploads) require_complete(upload);
    Draft draft{uploads.front().id, request, {}};
    draft.request.table_sha256 = uploads.front().sha256;
    draft.make = [this, draft, uploads] { make_of_uploads(draft, uploads); };
    return draft;
  });
}

void JobBook::make_of_uploads(const Draft& draft, const std::vector<store::Upload>& uploads) {
  const store::Upload& first = uploads.front();
  const auto from = store_.layout().upload(first.user, first.id);
  const auto to = store_.layout().job(first.id);
  // Both are there in turn when an earlier try ended between the rename and the commit.
  if (std::filesystem::exists(from)) {
    std::filesystem::rename(from, to);
    failpoints::failpoint("submission: the upload became the job's folder");
    files::sync_folder(store_.layout().jobs());
  }
  const JobFolder folder(to);
  for (std::size_t i = 1; i < uploads.size(); ++i)
    take_table(store_, uploads[i], folder.work_file(table_file(i)));
  folder.write_request(draft.request);
  store_.uploads().forget(first);
}

Job JobBook::submit(const JobRequest& request, const std::string& request_id) {
  return enter(request, request_id, [&] {
    Draft draft{secrets::random_hex(k_id_bytes), request, {}};
    draft.make = [this, draft] {
      const JobFolder folder(store_.layout().job(draft.id));
      files::make_private_folder(folder.path());
      folder.write_request(draft.request);
    };
    return draft;
  });
}

Job JobBook::enter(const JobRequest& request, const std::string& request_id,
                   const std::function<Draft()>& draft) {
  store::Transaction transaction(store_.database());
  auto job = store_.jobs().find_request(request.user, request_id);
  if (!job) {
    if (admission_) admission_(request);
    const Draft made = draft();
    const bool waits = !request.parties.empty();
    const Seal seal = charge_ && !waits ? charge_(made.request, made.id) : Seal();
    made.make();
    job.emplace();
    job->id = made.id;
    job->user = request.user;
    job->request_id = request_id;
    job->kind = request.kind;
    job->state = waits ? JobState::waiting : JobState::queued;
    job->created = store_.clock()();
    store_.jobs().insert(*job);
    enter_parties(*job, request);
    if (seal) seal();
    failpoints::failpoint("submission: not committed yet");
  }
  transaction.commit();
  failpoints::failpoint("submission: committed");
  start_if_forgotten(*job);
  dispatch();
  return store_.jobs().require(job->user, job->id);
}

void JobBook::enter_parties(const Job& job, const JobRequest& request) {
  for (const PartyRequest& party : request.parties) {
    const auto place = static_cast<int>(&party - request.parties.data());
    store_.parties().insert({job.id, place, party.name, party.user, party.file, {}, {}, {}});
  }
}

JobBook::Seal JobBook::release(const Job& job, const JobRequest& request) {
  Seal seal = charge_ ? charge_(request, job.id) : Seal();
  folder(job).write_request(request);
  store_.jobs().mark_queued(job.id);
  failpoints::failpoint("parties: all have confirmed, and the job is not queued");
  return seal;
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
  const JobFolder folder = this->folder(job);
  if (job.state != JobState::starting || is_held(folder)) return;
  const Json record = folder.read_start();
  if (is_claimed(folder, record)) return;
  if (sight_of(job, record).whereabouts == Whereabouts::unknown) start(job);
}

void JobBook::start(const Job& job) {
  const JobFolder folder = this->folder(job);
  try {
    start_on_its_way(job, folder);
  } catch (const Error& error) {
    // Where the runner could not be reached, whoever looks at the job finds out whether it got the job.
    if (error.kind() == Kind::try_again) return;
    const auto claim = Claim::settle(folder);
    if (!claim) return;
    folder.write_status({JobState::failed, nullptr, errors::to_json(error), {}});
    fold(job);
  }
}

void JobBook::start_on_its_way(const Job& job, const JobFolder& folder) {
  const Json last = folder.read_start();
  const int number = last.is_null() ? 1 : starts_in(last) + 1;
  Json record = runner_->prepare(job.id, number);
  record.update({{"runner", runner_->name()}, {"start", number}, {"time", store_.clock()()}});
  folder.write_start(record);
  runner_->start(job.id, record);
  failpoints::failpoint("start: the runner has it");
  try {
    folder.write_start(record);
  } catch (const Error&) {
    // It is on its way: without what was learnt of it, it is looked for by what was known before.
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
    if (start_elsewhere_) {
      transaction.commit();
      start_elsewhere_();
      return lost;
    }
    store_.jobs().mark_started(next->id, store_.clock()());
    transaction.commit();
    failpoints::failpoint("start: the job counts as starting");
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
  if (!store::has_worker(job.state)) job = store_.jobs().require(job.user, job.id);
  job = fold(std::move(job));
  if (store::is_final(job.state)) dispatch();
  return job;
}

Job JobBook::fold(Job job) {
  if (store::is_final(job.state)) return job;
  JobStatus status = look(job);
  if (status.state == job.state) return job;
  if (status.state == JobState::cancelled && status.error.is_null())
    status.error =
        cancelled_by(folder(job).asked_to_stop_by(), job, !store_.parties().of_job(job.id).empty());
  if (store::is_final(status.state)) folder(job).remove_work_files();
  failpoints::failpoint("end: seen, and not in the database");
  job.state = status.state;
  if (job.state == JobState::done) job.result = std::move(status.result);
  if (job.state != JobState::done && store::is_final(job.state)) job.error = std::move(status.error);
  store::Transaction transaction(store_.database());
  if (store_.jobs().update(job) && job.state == JobState::done) note_artifacts(job);
  failpoints::failpoint("end: not committed yet");
  transaction.commit();
  return job;
}

Job JobBook::cancel(Job job, const std::string& by) {
  constexpr std::chrono::milliseconds k_grace{1000}, k_patience{5000};
  job = refresh(std::move(job));
  if (store::is_final(job.state)) return job;
  const JobFolder folder = this->folder(job);
  folder.ask_to_stop(by);
  failpoints::failpoint("cancel: the worker was told");
  if (!is_free_within(folder, k_grace) && !stop_worker(folder)) {
    stop_start(job, folder);
    if (!is_free_within(folder, k_patience)) {
      throw Error(Kind::try_again,
                  fmt::format("the job {} was told to stop, and has not yet", errors::quoted(job.id)),
                  "its worker cannot be reached from here; it stops at its next step");
    }
  } else if (job.state == JobState::starting) {
    stop_start(job, folder);
  }
  return refresh(std::move(job));
}

// A runner that cannot be reached keeps no job from being cancelled: its worker finds it so when it comes.
void JobBook::stop_start(const Job& job, const JobFolder& folder) {
  const Json record = folder.read_start();
  if (!record.is_object() || record.value("runner", "") != runner_->name()) return;
  try {
    runner_->stop(job.id, record);
  } catch (const Error& error) {
    if (error.kind() != Kind::try_again) throw;
  }
}

std::string JobBook::waiting_words(const Job& job) {
  if (job.state == JobState::waiting) return party_words(job);
  if (job.state == JobState::queued) return limit_words(job);
  return job.state == JobState::starting ? sight_of(job, folder(job).read_start()).words : "";
}

std::string JobBook::party_words(const Job& job) {
  std::string names;
  for (const store::Party& party : store_.parties().of_job(job.id))
    if (party.confirmed.empty()) names += (names.empty() ? "" : ", ") + errors::quoted(party.name);
  return names.empty() ? "" : "waiting for parties: " + names;
}

std::string JobBook::limit_words(const Job& job) {
  Occupied all, own;
  for (const Job& one : store_.jobs().unfinished()) {
    if (!store::has_worker(one.state)) continue;
    all.add(one.kind);
    if (one.user == job.user) own.add(one.kind);
  }
  const std::uint64_t most = limits_.of_one ? limits_.of_one(job.user) : limits_.of_a_user;
  if (most == 0) return fmt::format("{} is locked", errors::quoted(job.user));
  const std::uint64_t more = job.kind == store::JobKind::sample ? limits_.kept_for_samples : 0;
  if (!has_place(own, job.kind, most, limits_.kept_for_samples)) {
    return fmt::format("{} may run {} at the same time, and does", errors::quoted(job.user), most + more);
  }
  if (!has_place(all, job.kind, limits_.in_all, limits_.kept_for_samples))
    return fmt::format("the server runs {} at the same time, and does", limits_.in_all + more);
  return "";
}

Sight JobBook::sight_of(const Job& job, const Json& start) {
  // Of another runner, before the settings were changed.
  if (!start.is_object() || start.value("runner", "") != runner_->name()) return {};
  return runner_->look(job.id, start);
}

JobStatus JobBook::look(const Job& job) {
  const JobFolder folder = this->folder(job);
  const JobStatus unchanged{job.state, nullptr, nullptr, {}};
  // Nothing is left to look at when somebody removed it.
  if (!std::filesystem::exists(folder.path())) return {JobState::lost, nullptr, nullptr, {}};
  if (is_held(folder)) {
    JobStatus status = folder.read_status();
    if (status.state == JobState::queued) status.state = job.state;
    return status;
  }
  if (folder.is_asked_to_stop() || folder.has_ended()) return settled(job, folder);
  if (job.state == JobState::waiting) return look_at_waiting(job, folder);
  const Json start = folder.read_start();
  const bool claimed = is_claimed(folder, start);
  if (job.state == JobState::queued && (!claimed || folder.may_go_on())) return unchanged;
  return claimed ? look_at_end(job, folder, start) : look_at_start(job, folder, start);
}

// Tables of people who have forgotten them do not lie there for good.
JobStatus JobBook::look_at_waiting(const Job& job, const JobFolder& folder) {
  constexpr std::int64_t k_most_days = 14, k_day_seconds = 24 * 3600;
  if (store_.clock()() - job.created < k_most_days * k_day_seconds) return {job.state, nullptr, nullptr, {}};
  folder.ask_to_stop();
  JobStatus status = settled(job, folder);
  if (status.state == JobState::cancelled) {
    status.error =
        errors::to_json(Error(Kind::job_cancelled,
                              fmt::format("not all parties of the job {} confirmed it within {} days",
                                          errors::quoted(job.id), k_most_days),
                              "submit it again"));
  }
  return status;
}

// Its worker is dead. A runner that has not noticed yet will know why, and may bring another one by itself.
JobStatus JobBook::look_at_end(const Job& job, const JobFolder& folder, const Json& start) {
  const Sight sight = sight_of(job, start);
  const bool comes_again = sight.whereabouts == Whereabouts::waiting && folder.may_go_on();
  if (comes_again || sight.whereabouts == Whereabouts::alive) return {job.state, nullptr, nullptr, {}};
  if (sight.whereabouts == Whereabouts::withdrawn) folder.ask_to_stop();
  return settled(job, folder, sight.words);
}

JobStatus JobBook::look_at_start(const Job& job, const JobFolder& folder, const Json& start) {
  constexpr std::int64_t k_patience_seconds = 30;
  constexpr int k_most_starts = 3;
  const JobStatus unchanged{job.state, nullptr, nullptr, {}};
  const Sight sight = sight_of(job, start);
  switch (sight.whereabouts) {
    case Whereabouts::waiting:
    case Whereabouts::alive:
      return unchanged;
    case Whereabouts::withdrawn:
      folder.ask_to_stop();
      return settled(job, folder);
    case Whereabouts::gone:
      return settled(job, folder, sight.words.empty() ? "its worker ended before it had begun" : sight.words);
    case Whereabouts::unknown:
      break;
  }
  if (store_.clock()() - job.started < k_patience_seconds) return unchanged;
  if (starts_in(start) < k_most_starts && !folder.has_ended())
    return {JobState::queued, nullptr, nullptr, {}};
  return settled(job, folder, fmt::format("it was started {} times, and no worker came", k_most_starts));
}

// Nobody works on it; a worker that comes meanwhile has it.
JobStatus JobBook::settled(const Job& job, const JobFolder& folder, const std::string& reason) {
  const int attempts = folder.attempts();
  const auto claim = Claim::settle(folder);
  if (!claim || folder.attempts() != attempts) return {job.state, nullptr, nullptr, {}};
  return settle(folder, store_.layout(), reason);
}

void JobBook::note_artifacts(const Job& job) {
  std::vector<std::string> owners;
  for (const store::Party& party : store_.parties().of_job(job.id)) owners.push_back(party.user);
  if (owners.empty()) owners.push_back(job.user);
  const std::string facts = facts_text(job.result);
  const auto note = [&](store::Shelf shelf, const char* name, const char* bytes, const char* sha256) {
    if (!job.result.contains(name)) return;
    for (const std::string& owner : owners)
      store_.shelves().note(shelf, owner, job.result.at(name), job.result.at(bytes), job.result.at(sha256),
                            facts);
  };
  note(store::Shelf::models, "model", "bytes", "sha256");
  note(store::Shelf::sidecars, "sidecar", "sidecar_bytes", "sidecar_sha256");
  note(store::Shelf::reports, "report", "report_bytes", "report_sha256");
  note(store::Shelf::evaluations, "evaluation", "evaluation_bytes", "evaluation_sha256");
  note(store::Shelf::data, "data", "bytes", "sha256");
}

}  // namespace ctgan::server::jobs
