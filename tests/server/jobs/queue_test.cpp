#include "server/jobs/queue.h"

#include <map>

#include "tests/catch.h"

namespace {

using namespace ctgan::server;
using jobs::next_to_start;
using jobs::queue_order;
using store::Job;
using store::JobState;

// Jobs by their seq, in the order in which they came.
std::vector<Job> jobs_of(const std::vector<std::pair<std::string, JobState>>& users) {
  std::vector<Job> jobs;
  for (const auto& [user, state] : users) {
    Job job;
    job.seq = static_cast<std::int64_t>(jobs.size()) + 1;
    job.id = user + std::to_string(job.seq);
    job.user = user;
    job.state = state;
    jobs.push_back(job);
  }
  return jobs;
}

jobs::LastTurn turns(std::map<std::string, std::int64_t> last) {
  return [last = std::move(last)](const std::string& user) {
    const auto found = last.find(user);
    return found == last.end() ? 0 : found->second;
  };
}

std::string ids_of(const std::vector<Job>& jobs) {
  std::string ids;
  for (const Job& job : jobs) ids += (ids.empty() ? "" : " ") + job.id;
  return ids;
}

constexpr auto k_queued = JobState::queued, k_running = JobState::running, k_starting = JobState::starting;

}  // namespace

TEST_CASE("of one user's jobs the first to come is the first to start") {
  CHECK(ids_of(queue_order(jobs_of({{"a", k_queued}, {"a", k_queued}, {"a", k_queued}}), turns({}))) ==
        "a1 a2 a3");
}

TEST_CASE("users take turns, however many jobs one of them has submitted before") {
  const auto jobs =
      jobs_of({{"a", k_queued}, {"a", k_queued}, {"a", k_queued}, {"b", k_queued}, {"c", k_queued}});
  CHECK(ids_of(queue_order(jobs, turns({}))) == "a1 b4 c5 a2 a3");
  CHECK(ids_of(queue_order(jobs, turns({{"a", 7}, {"b", 6}}))) == "c5 b4 a1 a2 a3");
}

TEST_CASE("a user's own limit stands in the place of everybody's, and with none at all his jobs wait") {
  const auto busy = jobs_of({{"a", k_running}, {"a", k_queued}, {"b", k_running}, {"b", k_queued}});
  const auto limits = [](std::uint64_t in_all, std::map<std::string, std::uint64_t> own) {
    return jobs::RunningLimits{
        .in_all = in_all, .of_one = [own = std::move(own)](const std::string& user) { return own.at(user); }};
  };
  CHECK(next_to_start(busy, turns({}), limits(9, {{"a", 1}, {"b", 2}}))->id == "b4");
  CHECK(next_to_start(busy, turns({}), limits(9, {{"a", 2}, {"b", 0}}))->id == "a2");
  CHECK_FALSE(next_to_start(busy, turns({}), limits(9, {{"a", 0}, {"b", 0}})));
  CHECK_FALSE(next_to_start(busy, turns({}), limits(2, {{"a", 9}, {"b", 9}})));
}

TEST_CASE("no more start than may run, in all and of a user") {
  const auto busy = jobs_of({{"a", k_running}, {"a", k_starting}, {"a", k_queued}, {"b", k_queued}});
  CHECK_FALSE(next_to_start(busy, turns({}), {.in_all = 2, .of_a_user = 2}));
  CHECK(next_to_start(busy, turns({}), {.in_all = 3, .of_a_user = 3})->id == "a3");
  // Passed over: the other user's turn comes although it submitted later.
  CHECK(next_to_start(busy, turns({}), {.in_all = 3, .of_a_user = 2})->id == "b4");
  CHECK_FALSE(
      next_to_start(jobs_of({{"a", k_running}, {"a", k_queued}}), turns({}), {.in_all = 9, .of_a_user = 1}));
  CHECK_FALSE(next_to_start({}, turns({}), {}));
}

TEST_CASE("a sample waits for no fit: a place more is kept, in all and of each user") {
  const auto next = [](std::vector<Job> jobs, std::vector<std::size_t> samples,
                       const jobs::RunningLimits& limits) {
    for (const std::size_t at : samples) jobs.at(at).kind = store::JobKind::sample;
    const auto found = next_to_start(jobs, turns({}), limits);
    return found ? found->id : "";
  };
  const auto busy =
      jobs_of({{"a", k_running}, {"a", k_running}, {"a", k_queued}, {"a", k_queued}, {"b", k_queued}});
  const jobs::RunningLimits limits{.in_all = 2, .of_a_user = 2};
  CHECK(next(busy, {}, limits) == "");
  CHECK(next(busy, {3}, limits) == "a4");
  CHECK(next(busy, {4}, limits) == "b5");
  CHECK(next(busy, {3}, {.in_all = 2, .of_a_user = 2, .kept_for_samples = 0}) == "");
  // One more, not any number; and a locked user's wait.
  CHECK(next(jobs_of({{"a", k_running}, {"a", k_running}, {"b", k_running}, {"b", k_queued}}), {2, 3},
             limits) == "");
  CHECK(next(busy, {3}, {.in_all = 2, .of_one = [](const std::string&) { return 0; }}) == "");
  // Nor does the sample in the place that is kept take the place of a fit.
  const auto one_fit = jobs_of({{"a", k_running}, {"a", k_running}, {"a", k_queued}});
  CHECK(next(one_fit, {0}, limits) == "a3");
  CHECK(next(one_fit, {0, 1}, limits) == "a3");
  CHECK(next(one_fit, {0, 1}, {.in_all = 1, .of_a_user = 1}) == "");
}
