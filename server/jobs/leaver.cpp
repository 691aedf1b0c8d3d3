#include "server/jobs/leaver.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "common/errors/error.h"
#include "common/failpoints/failpoint.h"
#include "server/jobs/claim.h"
#include "server/store/discard.h"

namespace ctgan::server::jobs {
namespace {

using errors::Error;
using errors::Kind;

std::vector<store::Job> unfinished_of(store::Store& store, const std::string& user) {
  std::vector<store::Job> jobs = store.jobs().unfinished();
  jobs.erase(std::remove_if(jobs.begin(), jobs.end(), [&](const auto& job) { return job.user != user; }),
             jobs.end());
  return jobs;
}

// These, and those that others submitted and he is a party of: nobody could confirm them in his place, and what he gave
// goes with him.
std::vector<store::Job> to_be_ended(store::Store& store, const std::string& user) {
  std::vector<store::Job> jobs = unfinished_of(store, user);
  for (const store::Party& party : store.parties().unfinished_of(user)) {
    store::Job job = store.jobs().require(user, party.job);
    if (job.user != user) jobs.push_back(std::move(job));
  }
  return jobs;
}

std::vector<std::string> jobs_of(store::Store& store, const std::string& user) {
  std::vector<std::string> ids;
  store::Statement query(store.database(), "SELECT id FROM jobs WHERE user = ?", user);
  while (query.step()) ids.push_back(query.text(0));
  return ids;
}

// Nobody works on it any more, nor begins to.
void end_job(const JobFolder& folder) {
  if (!std::filesystem::exists(folder.path())) return;
  folder.ask_to_stop();
  if (stop_worker(folder)) return;
  throw Error(Kind::try_again, "a job of the user is under way and cannot be stopped",
              "wait until it has ended");
}

bool is_anybody_at_work(const store::Layout& layout, const std::vector<store::Job>& jobs) {
  return std::any_of(jobs.begin(), jobs.end(), [&](const store::Job& job) {
    const JobFolder folder(layout.job(job.id));
    return std::filesystem::exists(folder.path()) && (!folder.is_asked_to_stop() || is_held(folder));
  });
}

void put_aside_files(const store::Store& store, const std::string& user,
                     const std::vector<std::string>& jobs) {
  const store::Layout& layout = store.layout();
  for (const store::Shelf shelf : store::k_all_shelves) store::put_aside(layout, layout.shelf(shelf, user));
  store::put_aside(layout, layout.inbox(user));
  for (const std::string& job : jobs) store::put_aside(layout, layout.job(job));
}

// The tables that he gave for fits of several parties, which end with the next look at them.
void remove_given(store::Store& store, const std::string& user) {
  std::error_code ignored;
  for (const store::Party& party : store.parties().unfinished_of(user)) {
    const JobFolder folder(store.layout().job(party.job));
    std::filesystem::remove(folder.work_file(party_file(static_cast<std::size_t>(party.place))), ignored);
  }
}

}  // namespace

Belongings belongings_of(store::Store& store, const std::string& user) {
  Belongings found;
  found.models = store.shelves().list(store::Shelf::models, user).size();
  found.tables = store.shelves().list(store::Shelf::data, user).size();
  found.uploads = store.uploads().list(user).size();
  found.jobs = jobs_of(store, user).size();
  found.running_jobs = unfinished_of(store, user).size();
  return found;
}

void remove_user(store::Store& store, const std::string& user) {
  // A connection of the user may submit one more job while the last one is being stopped.
  constexpr int k_most_tries = 10;
  for (int i = 0; i < k_most_tries; ++i) {
    for (const store::Job& job : to_be_ended(store, user)) end_job(JobFolder(store.layout().job(job.id)));
    store::Transaction transaction(store.database());
    if (is_anybody_at_work(store.layout(), to_be_ended(store, user))) continue;
    remove_given(store, user);
    put_aside_files(store, user, jobs_of(store, user));
    store.users().remove(user);
    failpoints::failpoint("deletion: the user's files are put aside, and he is there");
    transaction.commit();
    failpoints::failpoint("deletion: the user is gone, and his files are in the bin");
    store::empty_bin(store.layout());
    return;
  }
  throw Error(Kind::try_again, fmt::format("{} submits jobs all the time", errors::quoted(user)),
              "take the user's keys away with 'ctgan-server user revoke', then delete the user");
}

}  // namespace ctgan::server::jobs
