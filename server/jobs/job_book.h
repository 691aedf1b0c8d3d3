// The jobs of a store, as the service sees them: submitted once, looked up with their true state.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/jobs/job_folder.h"
#include "server/jobs/job_runner.h"
#include "server/jobs/queue.h"
#include "server/store/store.h"

namespace ctgan::server::jobs {

using store::Job;

class JobBook {
 public:
  // The store must outlive the book. `start_elsewhere` has another process dispatch, where starting a job would keep
  // whoever asks waiting; empty: this one starts them.
  JobBook(store::Store& store, std::unique_ptr<JobRunner> runner, RunningLimits limits = {},
          std::function<void()> start_elsewhere = {})
      : store_(store),
        runner_(std::move(runner)),
        limits_(std::move(limits)),
        start_elsewhere_(std::move(start_elsewhere)) {}

  // Whoever says no to a job throws; asked inside the transaction that enters it, before anything is made.
  using Admission = std::function<void(const JobRequest& request)>;
  void set_admission(Admission admission) { admission_ = std::move(admission); }
  // What a job costs is taken, inside that transaction, once its id and its table are known and before anything is made;
  // whoever says no throws. What it returns is the last step before the commit; empty: there is none.
  using Seal = std::function<void()>;
  using Charge = std::function<Seal(const JobRequest& request, const std::string& job)>;
  void set_charge(Charge charge) { charge_ = std::move(charge); }
  // In the place of the limit that is the same for all users.
  void set_running_limit(RunningLimits::OfOne of_one) { limits_.of_one = std::move(of_one); }

  // A job for `request`, committed before this returns, and started unless others run first. The same request_id from the
  // same user gives the same job, whatever else is asked. A fit of several parties waits for them (party_book.h), and
  // costs nothing until it is released.
  Job submit(const JobRequest& request, const std::string& request_id);
  // One that takes the uploads that `find_uploads` names, at least one, which must be complete: the folder of the first
  // becomes the job's, and the others' tables come there as well (table_file).
  using FindUploads = std::function<std::vector<store::Upload>()>;
  Job submit_uploads(const JobRequest& request, const std::string& request_id,
                     const FindUploads& find_uploads);

  // A waiting job is queued, with what its parties have confirmed, and debited. REQUIRES a transaction, of which the last
  // step before the commit is what this returns, where it is not empty; dispatch() is to follow.
  Seal release(const Job& job, const JobRequest& request);

  // The job that was submitted with this id; empty when there is none.
  std::optional<Job> find_submitted(const std::string& user, const std::string& request_id);

  // Throws as JobTable::require.
  Job find(const store::Owner& user, const std::string& id);
  std::vector<Job> list(const store::Owner& user, std::optional<std::int64_t> before, int most);
  // The job as its folder says, folded into the database; a dead worker's job becomes lost, or done when its
  // product was published before it died. Where it has ended, the next ones are started.
  Job refresh(Job job);
  // Starts what may run, after a look at all that has not ended: whoever comes, and whoever ends. How many of these
  // were lost.
  std::size_t dispatch();
  // How many start before it when nobody else comes. REQUIRES: a queued job.
  std::size_t ahead_of(const Job& job);
  // Ends the job wherever it is, within two seconds: a worker stops by itself at the next step, or is killed. The job
  // as it stands then: cancelled, or how it had ended before. Throws Error(try_again) where its worker cannot be
  // stopped from here; it stops by itself. `by` is the user who wants it: where it is not the job's own, the job says so.
  Job cancel(Job job, const std::string& by = {});
  // Why a job waits: the limit that keeps it in the queue, or what its runner says of one that is starting, "PENDING
  // (Resources)"; empty where nothing is known.
  std::string waiting_words(const Job& job);
  JobFolder folder(const Job& job) const { return JobFolder(store_.layout().job(job.id)); }

 private:
  // What a job is made of, before anything is.
  struct Draft {
    std::string id;
    JobRequest request;
    std::function<void()> make;
  };
  Job enter(const JobRequest& request, const std::string& request_id, const std::function<Draft()>& draft);
  void enter_parties(const Job& job, const JobRequest& request);
  JobStatus look_at_waiting(const Job& job, const JobFolder& folder);
  std::string party_words(const Job& job);
  void make_of_uploads(const Draft& draft, const std::vector<store::Upload>& uploads);
  void start(const Job& job);
  void start_on_its_way(const Job& job, const JobFolder& folder);
  JobStatus look(const Job& job);
  JobStatus look_at_end(const Job& job, const JobFolder& folder, const Json& start);
  JobStatus look_at_start(const Job& job, const JobFolder& folder, const Json& start);
  JobStatus settled(const Job& job, const JobFolder& folder, const std::string& reason = "");
  std::string limit_words(const Job& job);
  Sight sight_of(const Job& job, const Json& start);
  void stop_start(const Job& job, const JobFolder& folder);
  Job fold(Job job);
  void start_if_forgotten(const Job& job);
  LastTurn last_turn();
  void note_artifacts(const Job& job);

  store::Store& store_;
  std::unique_ptr<JobRunner> runner_;
  RunningLimits limits_;
  std::function<void()> start_elsewhere_;
  Admission admission_;
  Charge charge_;
};

}  // namespace ctgan::server::jobs
